import { parseArgs, type ParseArgsConfig } from 'node:util';

/** How a command is listed. Loading it loads what it needs: an overview loads nothing. */
export type CommandListing = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
};

/** One command of `cotejo`. `run` answers the process's exit code. */
export type Command = {
  /** The whole text of `--help`. */
  readonly help: string;
  readonly run: (args: readonly string[]) => Promise<number>;
};

/** Something wrong with what was typed or with a file that was named: told in one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Options and operands of a command line.
 * @throws UsageError on an unknown option, a missing value, or more operands than `operands` names.
 */
export function parseCommandLine<const Config extends Options>(
  args: readonly string[],
  options: Config,
  operands: readonly string[] = [],
): ReturnType<typeof parseArgs<{ args: string[]; options: Config; allowPositionals: true; strict: true }>> {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // The first sentence names the option; what follows is advice about quoting.
    throw new UsageError(firstSentence((error as Error).message));
  }
  const extra = parsed.positionals[operands.length];
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`);
  const missing = operands[parsed.positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  return parsed;
}

function firstSentence(message: string): string {
  const sentence = message.split(/\.\s|\n/)[0]!;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** The value of an option that must be given. @throws UsageError */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new UsageError(`${option} is required`);
  return value;
}

/** The value if it is one of the words. @throws UsageError naming them. */
export function oneOf<const Word extends string>(value: string, option: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new UsageError(`${option} must be one of ${words.join(', ')}, not '${value}'`);
  return word;
}

/** A whole number within bounds. @throws UsageError */
export function wholeNumber(value: string, option: string, from: number, to: number): number {
  const number = Number(value);
  if (!/^-?\d+$/.test(value) || number < from || number > to)
    throw new UsageError(`${option} must be a whole number from ${from} to ${to}, not '${value}'`);
  return number;
}

/** A calendar date. @throws UsageError */
export function isoDate(value: string, option: string): string {
  const date = new Date(`${value}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(value))
    throw new UsageError(`${option} must be a date like 2026-03-31, not '${value}'`);
  return value;
}
