import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

const run = (...args: string[]): { status: number | null; stderr: string } =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, 'specimen.ts'), ...args], { encoding: 'utf8' });

test('documents, photographs and what they say land in the folder', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'specimen-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(run(folder, '--type', 'icao-td1', '--seed', '4').status, 0);
  assert.equal(run(folder, '--type', 'icao-td3', '--seed', '4', '--level', '1').status, 0);
  assert.deepEqual(readdirSync(folder), [
    'icao-td1-4-back.png',
    'icao-td1-4-front.png',
    'icao-td1-4.json',
    'icao-td3-4-front.jpg',
    'icao-td3-4.json',
  ]);
  const truth = JSON.parse(readFileSync(path.join(folder, 'icao-td3-4.json'), 'utf8'));
  assert.equal(truth.mrz.lines.length, 2);
  assert.equal(truth.corners.front.length, 4);
});

test('wrong options end with one line and exit code 2', () => {
  for (const args of [[], ['out', '--type', 'library-card'], ['out', '--level', '7'], ['out', '--flaw', 'ugly']]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2);
    assert.equal(stderr.trim().split('\n').length, 1);
  }
});
