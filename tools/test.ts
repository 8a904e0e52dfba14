// The test command: types, lint, format, then every test of the project. `--soak` runs the long ones instead. Extra arguments narrow
// the run to files whose path contains one of them, without the checks before.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const isSoak = args.includes('--soak');
const wanted = args.filter((arg) => !arg.startsWith('--'));

function run(title: string, script: string, ...rest: string[]): void {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [path.join('node_modules', script), ...rest], {
    cwd: root,
    stdio: 'inherit',
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`${title} failed after ${seconds} s`);
    process.exit(1);
  }
  console.log(`${title}: fine (${seconds} s)`);
}

if (!isSoak && wanted.length === 0) {
  run('types', 'typescript/bin/tsc', '--noEmit');
  for (const pages of ['web', 'web/panel']) run(`types of ${pages}`, 'typescript/bin/tsc', '--noEmit', '-p', pages);
  run('lint', 'eslint/bin/eslint.js', '.');
  run('format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.');
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
