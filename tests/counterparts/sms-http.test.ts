import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { behaviourOf, byChance } from './sms-behaviour.ts';

test('as a program it says its port and journals each request before it answers', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sms-http-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const journal = path.join(folder, 'journal.jsonl');
  const program = path.join(import.meta.dirname, 'sms-http.ts');
  const child = spawn(process.execPath, [program, '--journal', journal, '--plan', 'take-and-cut'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const said = (await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve))).toString();
  const { port } = JSON.parse(said) as { port: number };
  const body = JSON.stringify({ to: '34600000001', from: 'Cotejo', text: 'Hola', reference: 'r1' });
  const headers = { 'content-type': 'application/json' };
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body }));
  const entries = readFileSync(journal, 'utf8').trim().split('\n');
  const { to, from, text, reference, taken } = JSON.parse(entries[0]!) as Record<string, unknown>;
  assert.deepEqual(
    [entries.length, to, from, text, reference, taken],
    [1, '34600000001', 'Cotejo', 'Hola', 'r1', true],
  );
});

test('a plan is followed by its weights, and the same seed gives the same course', () => {
  const plan = 'accept:90,refuse=11:5,late=20:5';
  const course = (seed: number): string[] => {
    const behave = byChance(plan, seed);
    return Array.from({ length: 2_000 }, () => behave().kind);
  };
  assert.deepEqual(course(7), course(7));
  assert.notDeepEqual(course(7), course(8));
  const accepted = course(7).filter((kind) => kind === 'accept').length;
  assert.ok(accepted > 1_700 && accepted < 1_900, `${accepted} of 2,000`);
  assert.deepEqual(behaviourOf('late=20'), { kind: 'late', ms: 20 });
  assert.throws(() => behaviourOf('explode'), RangeError);
});
