import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

test('run as a program, the authority stamps what OpenSSL asks for and OpenSSL accepts', async () => {
  const program = spawn(process.execPath, [path.join(import.meta.dirname, 'tsa.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'tsa-'));
  try {
    let printed = '';
    for await (const part of program.stdout) {
      printed += String(part);
      if (printed.includes('-----END CERTIFICATE-----')) break;
    }
    const [url, ...root] = printed.split('\n');
    const file = (name: string): string => path.join(folder, name);
    writeFileSync(file('root.pem'), root.join('\n'));
    writeFileSync(file('data'), 'what is stamped');
    const openssl = (...args: string[]): string =>
      execFileSync('openssl', ['ts', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    openssl('-query', '-data', file('data'), '-sha512', '-cert', '-out', file('query'));
    const answer = await fetch(url!, { method: 'POST', body: readFileSync(file('query')) });
    writeFileSync(file('reply'), Buffer.from(await answer.arrayBuffer()));
    assert.match(
      openssl('-verify', '-in', file('reply'), '-queryfile', file('query'), '-CAfile', file('root.pem')),
      /Verification: OK/,
    );
  } finally {
    program.kill();
    rmSync(folder, { recursive: true });
  }
});
