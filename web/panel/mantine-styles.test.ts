import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const styles = path.join(import.meta.dirname, '../../node_modules/@mantine/core/styles');
const listed = [
  ...readFileSync(path.join(import.meta.dirname, 'mantine-styles.ts'), 'utf8').matchAll(/styles\/(\w+)\.layer\.css/g),
].map(([, name]) => name!);

/** What the pages take from Mantine by name. */
function componentsUsed(): string[] {
  const files = globSync('**/*.tsx', { cwd: import.meta.dirname });
  const names = files.flatMap((file) => {
    const code = readFileSync(path.join(import.meta.dirname, file), 'utf8');
    return [...code.matchAll(/import\s*\{([^}]*)\}\s*from '@mantine\/core'/g)].flatMap(([, list]) =>
      list!.split(',').map((name) => name.replace(/\btype\b/, '').trim()),
    );
  });
  return [...new Set(names)].filter((name) => existsSync(path.join(styles, `${name}.layer.css`))).sort();
}

test('every component of Mantine that the pages use brings its styles', () => {
  assert.deepEqual(
    componentsUsed().filter((name) => !listed.includes(name)),
    [],
  );
});

test('styles stand in Mantine’s own order: of two that set the same thing, the later one holds', () => {
  const all = readFileSync(path.join(styles, '../styles.css'), 'utf8');
  const at = (name: string): number => {
    const [first] = /\.m_[\w-]+/.exec(readFileSync(path.join(styles, `${name}.css`), 'utf8')) ?? [];
    assert.ok(first !== undefined, name);
    return all.search(new RegExp(`\\${first}\\b`));
  };
  assert.deepEqual(
    listed,
    [...listed].sort((a, b) => at(a) - at(b)),
  );
});
