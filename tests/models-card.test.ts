import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { modelSources } from '../src/engine/runtime/manifest.ts';

const root = path.join(import.meta.dirname, '..');
const card = readFileSync(path.join(root, 'docs/evaluation/models.md'), 'utf8');
const dependencies = (
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
).dependencies;
const rows = new Map(
  card.split('\n').flatMap((line) => (/^\| ([a-z-]+) \|/.test(line) ? [[line.split('|')[1]!.trim(), line]] : [])),
);

test('every network of the manifest has its row in the model cards, with package, version, file and digest', () => {
  for (const [name, source] of Object.entries(modelSources)) {
    const row = rows.get(name);
    assert.ok(row, `${name} has no row`);
    const { path: file, sha256 } = source.files[0];
    const origin = source.package === null ? 'this project' : `\`${source.package}\` ${dependencies[source.package]}`;
    for (const part of [`| ${origin} |`, `\`${file}\``, `\`${sha256}\``])
      assert.ok(row.includes(part), `${name}: ${part}`);
  }
});

test('the model cards have no row without a network', () => {
  const named = [...rows.keys()].filter((name) => name !== 'name' && name !== 'file');
  assert.deepEqual(named.sort(), Object.keys(modelSources).sort());
});

test('weights of our own are the files whose digests the cards give', () => {
  const own = [...card.matchAll(/^\| `(src\/[^`]+)` \| `([0-9a-f]{64})` \|/gm)];
  assert.equal(own.length, 2);
  for (const [, file, digest] of own)
    assert.equal(
      createHash('sha256')
        .update(readFileSync(path.join(root, file!)))
        .digest('hex'),
      digest,
      file,
    );
});
