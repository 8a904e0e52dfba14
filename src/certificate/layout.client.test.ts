import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { exampleFacts, plainPicture, withPictures } from '../../tests/counterparts/certificate-facts.ts';
import { missingOracles, said } from '../../tests/counterparts/certificate-oracles.ts';
import { openLayoutTools } from '../../tests/counterparts/sealing.ts';
import { canonicalJson } from './canonical-json.ts';
import { compileStatement } from './compile-statement.ts';
import { codeText, layOut } from './layout.client.ts';
import { manifestOf, MANIFEST_NAME, readManifest } from './manifest.ts';
import { plainText } from './plain-text.ts';
import { digest } from './signed-data.client.ts';
import type { Statement } from './statement.ts';

const reader = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(reader).buffer } });
const tools = openLayoutTools();
const jpegs = { face: await plainPicture(240, 320, 20), front: await plainPicture(400, 252, 200) };
const { facts, pictures } = await withPictures(exampleFacts(), jpegs);
const statement = compileStatement(facts);

test('the same statement gives the same bytes', async () => {
  const once = await layOut({ statement, pictures, logo: null }, tools);
  assert.deepEqual(await layOut({ statement, pictures, logo: null }, openLayoutTools()), once);
});

test('the first page answers alone, in Spanish and in English; every page has its number and the ID', async () => {
  assert.deepEqual(missingOracles(), [], 'to be installed: poppler-utils, qpdf, openssl');
  const expected: Record<Statement['language'], readonly string[]> = {
    es: [
      'CARMEN ESPAÑOLA MUÑOZ',
      '00000000T',
      'Banco Ejemplar, S.A.',
      'Identidad verificada',
      '93,96 %',
      'Una máquina',
      '11:04:31 UTC+1',
      'DEMOSTRACIÓN, SIN VALOR LEGAL',
    ],
    en: [
      'CARMEN ESPAÑOLA MUÑOZ',
      '00000000T',
      'Banco Ejemplar, S.A.',
      'Identity verified',
      '93.96 %',
      'A machine',
      '11:04:31 UTC+1',
      'DEMONSTRATION, NO LEGAL VALUE',
    ],
  };
  for (const language of ['es', 'en'] as const) {
    const pages = (await textOf(await layOut({ statement: { ...statement, language }, pictures, logo: null }, tools)))
      .split('\f')
      .slice(0, -1);
    for (const words of expected[language]) assert.ok(pages[0]!.includes(words), `${language}: ${words}`);
    for (const [at, page] of pages.entries()) {
      assert.ok(page.includes('299846332'));
      assert.match(
        page,
        language === 'es'
          ? new RegExp(`Página ${at + 1} de ${pages.length}`)
          : new RegExp(`Page ${at + 1} of ${pages.length}`),
      );
    }
  }
});

test('the statement is attached as it is, its digest printed and in the code', async () => {
  const pdf = await layOut({ statement, pictures, logo: null }, tools);
  const sha256 = Buffer.from(digest('sha256', manifestOf(statement))).toString('hex');
  await withFile(pdf, async (file, folder) => {
    const out = path.join(folder, 'statement.json');
    await said('pdfdetach', ['-savefile', MANIFEST_NAME, '-o', out, file]);
    const attached = readFileSync(out);
    assert.equal(attached.toString('utf8'), canonicalJson(statement));
    assert.deepEqual(readManifest(attached), { ok: true, value: statement });
    await said('pdftoppm', ['-r', '110', '-png', file, path.join(folder, 'page')]);
    const last = readdirSync(folder)
      .filter((name) => name.endsWith('.png'))
      .sort()
      .at(-1)!;
    const [code] = await readBarcodes(new Blob([readFileSync(path.join(folder, last))]));
    assert.equal(code?.text, codeText(statement, sha256));
  });
  assert.ok((await textOf(pdf)).includes(sha256));
});

test('a statement that is read back from its manifest must be one, and written as ours are', () => {
  assert.deepEqual(readManifest(Buffer.from('{')), { ok: false, refusal: { kind: 'manifest-unreadable' } });
  assert.deepEqual(readManifest(Buffer.from('{}')), {
    ok: false,
    refusal: { kind: 'manifest-not-a-statement', at: 'schema' },
  });
  const spaced = Buffer.from(JSON.stringify(statement, null, 1));
  assert.deepEqual(readManifest(spaced), { ok: false, refusal: { kind: 'manifest-not-canonical' } });
});

test('texts of others are shown without what is not seen', () => {
  const shown = (text: string, most?: number): string =>
    plainText(text, (codePoint) => codePoint < 0x250 || codePoint === 0xfffd || codePoint === 0x2026, most);
  assert.equal(shown('a\u202Eb\u0000\u0007c\nd'), 'a\ufffdb\ufffdc d');
  assert.equal(shown('王'), '[U+738B]');
  assert.equal(shown('x'.repeat(500), 10), 'xxxxxxxxx…');
  assert.equal(shown('José'.normalize('NFD')), 'José');
});

async function textOf(pdf: Uint8Array): Promise<string> {
  return withFile(pdf, (file) => said('pdftotext', ['-layout', file, '-']));
}

async function withFile<Value>(pdf: Uint8Array, use: (file: string, folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(path.join(tmpdir(), 'layout-'));
  try {
    const file = path.join(folder, 'certificate.pdf');
    writeFileSync(file, pdf);
    return await use(file, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
