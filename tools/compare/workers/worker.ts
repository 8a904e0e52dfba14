import { readFile } from 'node:fs/promises';

/**
 * What a tool's process is handed, as one JSON file in `argv[2]`: the pictures of one round. It writes one JSON line to its standard
 * output for each, in order.
 */
export type Round = { readonly files: readonly string[] };

/** A picture as one tool took it. CPU is user and system time of the whole process, all its threads. */
export type Taken<Output> = {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly output: Output;
};

/**
 * Runs a tool over the pictures of a round. The first picture is taken once more beforehand and not counted: opening models and
 * compiling are start-up, which a server pays once.
 */
export async function runWorker<Output>(open: () => Promise<(file: string) => Promise<Output>>): Promise<void> {
  const { files } = JSON.parse(await readFile(process.argv[2]!, 'utf8')) as Round;
  const take = await open();
  if (files[0] !== undefined) await take(files[0]);
  for (const file of files) {
    const cpu = process.cpuUsage();
    const began = performance.now();
    const output = await take(file);
    const wallMs = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    const taken: Taken<Output> = { cpuMs: (user + system) / 1000, wallMs, output };
    process.stdout.write(`${JSON.stringify(taken)}\n`);
  }
}
