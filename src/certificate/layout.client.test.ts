import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { exampleFacts, plainPicture, withPictures } from '../../tests/counterparts/certificate-facts.ts';
import { missingOracles, said } from '../../tests/counterparts/certificate-oracles.ts';
import { openLayoutTools } from '../../tests/counterparts/sealing.ts';
import { operatingLines } from '../engine/decision/judge.ts';
import { canonicalJson } from './canonical-json.ts';
import { compileStatement } from './compile-statement.ts';
import { codeText, layOut } from './layout.client.ts';
import { manifestOf, MANIFEST_NAME, readManifest } from './manifest.ts';
import { plainText } from './plain-text.ts';
import { digest } from './signed-data.client.ts';
import type { Statement } from './statement.ts';
import { certificateTexts } from './texts.ts';

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

test('in Spanish nothing is said in English, and what could not be measured is said in words', async () => {
  const { measuredOn } = operatingLines.find(({ check }) => check === 'face/comparison')!;
  const findings = statement.findings.map((finding) =>
    finding.check === 'face/comparison' ? { ...finding, line: { ...finding.line!, measuredOn } } : finding,
  );
  const text = await textOf(await layOut({ statement: { ...statement, findings }, pictures, logo: null }, tools));
  assert.match(text, /El límite se midió con: 27\.634 parejas de desconocidos/);
  assert.doesNotMatch(text, /\b(strangers|the|of)\b/);
  for (const slug of inconclusiveSlugs())
    for (const { inconclusive } of Object.values(certificateTexts))
      assert.ok(Object.hasOwn(inconclusive, slug), `no words for ${slug}`);
});

/** Those that the engine's source names. */
function inconclusiveSlugs(): readonly string[] {
  const engine = path.join(import.meta.dirname, '../engine');
  const sources = globSync('**/*.ts', { cwd: engine, exclude: ['**/*.test.ts'] }).map((file) =>
    readFileSync(path.join(engine, file), 'utf8'),
  );
  const slugs = sources.flatMap((source) =>
    [...source.matchAll(/\binconclusive: '([a-z-]+)'/g)].map(([, slug]) => slug!),
  );
  assert.ok(slugs.length > 20);
  return slugs;
}

test('on demonstration keys and for a test applicant every page says so at its foot', async () => {
  for (const language of ['es', 'en'] as const) {
    const t = certificateTexts[language];
    const loud = { ...statement, language, isTest: true };
    const text = await textOf(await layOut({ statement: loud, pictures, logo: null }, tools));
    for (const page of text.split('\f').slice(0, -1)) {
      const foot = page.trimEnd().split('\n').at(-1)!;
      assert.ok(foot.includes(t.demonstrationTitle) && foot.includes(t.testTitle), foot);
    }
  }
});

test('it is tagged, in its language, with every font inside and every picture told in words; PDF/A-3b by its own word', async () => {
  const pdf = await layOut({ statement, pictures, logo: await plainPicture(300, 80, 280) }, tools);
  await withFile(pdf, async (file) => {
    const fonts = (await said('pdffonts', [file])).trimEnd().split('\n').slice(2);
    assert.ok(fonts.length >= 4);
    // name, type, encoding, then: embedded, subset, with a table to Unicode.
    for (const font of fonts) assert.match(font, / yes +yes +yes /);
    const structure = await said('pdfinfo', ['-struct', file]);
    for (const tag of ['Document', 'Sect', 'H1', 'H2', 'Table', 'TR', 'TH', 'TD', 'Figure'])
      assert.match(structure, new RegExp(`^ *${tag}\\b`, 'm'));
    assert.match(await said('pdfinfo', [file]), /Tagged: +yes[\s\S]*JavaScript: +no/);
    const metadata = await said('pdfinfo', ['-meta', file]);
    assert.match(metadata, /pdfaid:part>3<[\s\S]*pdfaid:conformance>B</);
    const { qpdf } = JSON.parse(await said('qpdf', ['--json', '--json-stream-data=none', file])) as {
      readonly qpdf: readonly [
        unknown,
        Readonly<Record<string, { readonly value?: Readonly<Record<string, unknown>> }>>,
      ];
    };
    const values = Object.values(qpdf[1]).flatMap(({ value }) => (value === undefined ? [] : [value]));
    const figures = values.filter((value) => value['/S'] === '/Figure');
    // The logo, the front, the pair's face as far as there is one, the code.
    assert.ok(figures.length >= 3);
    assert.ok(figures.every((figure) => String(figure['/Alt']).length > 'u:'.length));
    const catalog = values.find((value) => value['/Type'] === '/Catalog')!;
    assert.deepEqual([catalog['/Lang'], Array.isArray(catalog['/OutputIntents'])], ['u:es', true]);
    // A warning is a heading and a text, and they do not run into each other.
    const notices = values.filter((value) => value['/S'] === '/Div');
    assert.deepEqual(
      notices.map((notice) => (notice['/K'] as readonly unknown[]).length),
      [2],
    );
  });
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
