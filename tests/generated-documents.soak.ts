// The long runs over generated documents, on seeds that nothing was tuned on: what the reading is held to under camera conditions.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';

const root = path.join(import.meta.dirname, '..');

async function printed(tool: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [path.join('tools', tool), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** `part` of `whole` in the first line that begins with the words. */
function share(text: string, words: RegExp): number {
  const [, part, whole] = words.exec(text) ?? [];
  assert.ok(part !== undefined && whole !== undefined, `no line ${words.source}`);
  return Number(part) / Number(whole);
}

for (const [level, seed, exactAtLeast, wrongAtMost] of [
  ['2', '770001', 0.97, 0.01],
  ['3', '780001', 0.92, 0.02],
] as const)
  test(`the MRZ of 200 generated documents under camera conditions of level ${level}`, async (t) => {
    const text = await printed('measure-generated-mrz.ts', '--level', level, '--count', '200', '--seed', seed);
    t.diagnostic(text);
    assert.ok(share(text, /^ {2}exact +(\d+)\/(\d+)/m) >= exactAtLeast);
    assert.ok(share(text, /^ {2}accepted and wrong +(\d+)\/(\d+)/m) <= wrongAtMost);
  });

for (const [level, seed] of [
  ['2', '790001'],
  ['3', '795001'],
] as const)
  test(`the fields of 200 generated Spanish documents under camera conditions of level ${level}`, async (t) => {
    const text = await printed('measure-generated-documents.ts', '200', level, 'both', seed);
    t.diagnostic(text);
    assert.ok(share(text, /(\d+) of (\d+) fields exact/) >= 0.95);
  });
