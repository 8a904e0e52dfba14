// The test command: types, lint, format, then every test of the project. `--soak` runs the long ones instead. Extra arguments narrow
// the run to files whose path contains one of them, without the checks before.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const isSoak = args.includes('--soak');
const wanted = args.filter((arg) => !arg.startsWith('--'));

/** One of the checks that need nothing to run: what it prints is told when it has ended. */
async function check(title: string, script: string, ...rest: string[]): Promise<boolean> {
  const began = performance.now();
  const child = spawn(process.execPath, [path.join('node_modules', script), ...rest], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => printed.push(part));
  const [status] = (await once(child, 'close')) as [number | null];
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(Buffer.concat(printed));
  console.log(status === 0 ? `${title}: fine (${seconds} s)` : `${title} failed after ${seconds} s`);
  return status === 0;
}

if (!isSoak && wanted.length === 0) {
  const types = async (): Promise<boolean> => {
    let areFine = await check('types', 'typescript/bin/tsc', '--noEmit');
    for (const pages of ['web', 'web/panel'])
      areFine = (await check(`types of ${pages}`, 'typescript/bin/tsc', '--noEmit', '-p', pages)) && areFine;
    return areFine;
  };
  const style = async (): Promise<boolean> => {
    const isLinted = await check('lint', 'eslint/bin/eslint.js', '.');
    return (await check('format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')) && isLinted;
  };
  const [areTyped, isStyled] = await Promise.all([types(), style()]);
  if (!areTyped || !isStyled) process.exit(1);
}

const ending = isSoak ? 'soak.ts' : 'test.ts';
const files = ['src', 'tests', 'tools', 'web']
  .flatMap((folder) => globSync(`${folder}/**/*.${ending}`, { cwd: root, exclude: ['**/node_modules/**'] }))
  .filter((file) => file !== path.join('tools', 'test.ts'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error('no test file matches');
  process.exit(1);
}
// A test that fails half-way leaves servers open, and now and then a process does not come to its end: the run is to end and to say so.
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-force-exit',
    '--test-concurrency=2',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    ...files,
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
