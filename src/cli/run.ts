import { UsageError, type CommandListing } from './command.ts';

/**
 * Finds the command and runs it. A mistake of the person at the terminal is one line on the error stream and exit code 2;
 * anything else that is thrown is a bug of ours and keeps its stack.
 */
export async function runCommandLine(commands: readonly CommandListing[], args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find((command) => command.name === rest[0]);
    process.stdout.write(asked ? (await asked.load()).help : overview(commands));
    return name === undefined ? 2 : 0;
  }
  const listed = commands.find((candidate) => candidate.name === name);
  if (listed === undefined) return complain(`unknown command '${name}'; 'cotejo --help' lists them`);
  const command = await listed.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(command.help);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError) return complain(`${name}: ${error.message}`);
    throw error;
  }
}

function complain(message: string): 2 {
  process.stderr.write(`cotejo: ${message}\n`);
  return 2;
}

function overview(commands: readonly CommandListing[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'cotejo: self-hosted identity verification',
    '',
    'usage: cotejo COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    "'cotejo COMMAND --help' tells what each takes.",
    '',
  ].join('\n');
}
