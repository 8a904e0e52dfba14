import { Writable } from 'node:stream';
import pino, { type Logger } from 'pino';

/** What may stand beside a message in the log: words of ours, numbers, and the names of accounts and verifications. Nothing a person sent. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export type Log = {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The logger behind it, for libraries that bring their own words. */
  readonly logger: Logger;
};

/**
 * The log on standard error: lines of JSON for machines, plain lines on a terminal.
 * @param level below it nothing is written.
 */
export function openLog(
  level: 'debug' | 'info' | 'warn' | 'error',
  { isTerminal }: { readonly isTerminal: boolean },
): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    isTerminal ? terminalLines() : pino.destination({ fd: 2, sync: true }),
  );
  const at =
    (method: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void =>
      logger[method](fields, message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), logger };
}

/** `12:01:02 warn  what happened  key=value` */
function terminalLines(): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const { time, level, msg, ...fields } = JSON.parse(chunk.toString('utf8')) as Record<string, unknown>;
      const rest = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
      const mark = level === 'info' ? '' : `${String(level)}: `;
      process.stderr.write(`${String(time).slice(11, 19)}  ${mark}${[String(msg), ...rest].join('  ')}\n`, () =>
        done(),
      );
    },
  });
}

/**
 * An error in words that may be logged: its name, its code and where it was thrown. Its message is left out unless it is one of ours, since
 * messages of databases and parsers quote what they choked on.
 */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = (error as { code?: unknown }).code;
  const cause = error.cause instanceof Error ? error.cause : null;
  const causeCode = (cause as { code?: unknown } | null)?.code;
  return {
    error: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(cause === null ? {} : { cause: cause.name }),
    ...(typeof causeCode === 'string' ? { causeCode } : {}),
    where: /\((?:file:\/\/)?[^)]*\/((?:src|node_modules)\/[^)]+)\)/.exec(error.stack ?? '')?.[1] ?? null,
  };
}
