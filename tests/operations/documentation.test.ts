import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { settingsSchema } from '../../src/config.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'docs', 'operations');
const pages = globSync('*', { cwd: folder }).map((name) => ({
  name,
  text: readFileSync(path.join(folder, name), 'utf8'),
}));

test('every setting that the pages on operation name is a setting', () => {
  const known = new Set([...Object.keys(settingsSchema.shape), 'COTEJO_CONFIG']);
  const named = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\b(?:COTEJO_[A-Z_]+|DATABASE_URL)\b/g)].map(([setting]) => ({ name, setting })),
  );
  assert.ok(named.length > 20);
  assert.deepEqual(
    named.filter(({ setting }) => !known.has(setting)),
    [],
  );
});

test('every file that the pages on operation lead to is there', () => {
  const broken = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\(([^)#:]+)\)/g)]
      .filter(([, target]) => !existsSync(path.join(folder, target!)))
      .map(([, target]) => `${name} → ${target}`),
  );
  assert.deepEqual(broken, []);
});
