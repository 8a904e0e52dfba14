import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Decoded } from '../../../tests/counterparts/decode-hostile.ts';

const program = fileURLToPath(new URL('../../../tests/counterparts/decode-hostile.ts', import.meta.url));

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test('of 60 hostile pictures and 20 hostile recordings none crashes a decoder, reads a file or calls anybody', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-hostile-'));
  const bait = path.join(folder, 'bait.txt');
  await writeFile(bait, 'root:x:0:0');
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const decode = [process.execPath, program, folder, bait, url];
    const trace = path.join(folder, 'trace');
    const traced = ['strace', '-f', '-qq', '-e', 'trace=network,open,openat', '-o', trace, ...decode];
    const [command, ...args] = hasStrace ? traced : decode;
    const { stdout } = await promisify(execFile)(command!, args, { maxBuffer: 2 ** 24 });
    const decoded = JSON.parse(stdout) as Decoded[];
    assert.equal(decoded.length, 80);
    assert.deepEqual(
      decoded.filter(({ became }) => became.startsWith('threw')),
      [],
    );
    assert.equal(calls, 0);
    const slowest = decoded.reduce((one, other) => (other.tookMs > one.tookMs ? other : one));
    t.diagnostic(
      `refused ${decoded.filter(({ became }) => !became.startsWith('a ')).length}; slowest: ${slowest.name}, ${Math.round(slowest.tookMs)} ms`,
    );
    if (!hasStrace) return t.diagnostic('not traced: no strace here');
    const lines = (await readFile(trace, 'utf8')).split('\n');
    assert.ok(lines.length > 1000, 'nothing was traced');
    const wrong = lines.filter(
      (line) => line.includes(bait) || /\b(connect|bind|listen|sendto|sendmsg|socket)\(.*AF_INET/.test(line),
    );
    // The bait's own path is what the program was called with; only what opens it counts.
    assert.deepEqual(wrong, []);
    t.diagnostic(`${lines.length} system calls traced: no address of a network, no file that a picture names`);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
