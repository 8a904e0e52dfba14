import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { PDFName, PDFNumber, PDFString } from '@cantoo/pdf-lib';
import { exampleFacts, plainPicture, withPictures } from '../../tests/counterparts/certificate-facts.ts';
import { signaturesIn } from '../../tests/counterparts/certificate-oracles.ts';
import { openCertificateAuthority, pem } from '../../tests/counterparts/pki.ts';
import { drawSeed, openLayoutTools, sealingWith, signerUnder } from '../../tests/counterparts/sealing.ts';
import { startTsa } from '../../tests/counterparts/tsa.ts';
import { seededRandom } from '../kernel/random.ts';
import { compileStatement } from './compile-statement.ts';
import { concat } from '../kernel/der.ts';
import { layOut } from './layout.client.ts';
import { seal } from './pades.client.ts';
import { openForUpdate } from './open-pdf.client.ts';
import { addSignatureField, around, fillSignature } from './pdf-update.client.ts';
import { digest } from './signed-data.client.ts';
import { verifyCertificate } from './verify.client.ts';

const now = new Date('2026-11-25T10:07:31Z');
const clock = (): Date => now;
const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
const issued = authority.issue({
  commonName: 'Firma',
  profile: 'signer',
  notBefore: new Date('2026-01-01'),
  notAfter: new Date('2029-01-01'),
});
const tsa = await startTsa({ clock });
test.after(() => tsa.close());
const sealing = sealingWith(signerUnder(authority, issued), [tsa], clock);
const anchors = [authority.root, tsa.authority.root];
const jpegs = { front: await plainPicture(400, 252, 200), 'compared-face': await plainPicture(112, 112, 20) };
const { facts, pictures } = await withPictures(exampleFacts(now), jpegs);
const statement = compileStatement(facts);
const tools = openLayoutTools();
const sealed = await seal(await layOut({ statement, pictures, logo: null }, tools), 'test', sealing);
assert.ok(sealed.ok);
const pdf = sealed.value;
const faultsOf = async (bytes: Uint8Array): Promise<string[]> =>
  (await verifyCertificate(bytes, { anchors, now })).faults.map(({ fault }) => fault);

test('a byte that is flipped anywhere in the file is found', async (t) => {
  const seed = drawSeed();
  t.diagnostic(`COTEJO_SEED=${seed}`);
  const random = seededRandom(seed);
  const missed: number[] = [];
  for (let count = 0; count < 60; count++) {
    const at = Math.floor(random() * pdf.byteLength);
    const changed = Uint8Array.from(pdf);
    changed[at]! ^= 1 << Math.floor(random() * 8);
    if ((await faultsOf(changed)).length === 0) missed.push(at);
  }
  assert.deepEqual(missed, []);
});

test('a changed part is called by its name', async () => {
  const named = async (at: number): Promise<readonly (string | undefined)[]> => {
    const changed = Uint8Array.from(pdf);
    changed[at]! ^= 1;
    const { faults } = await verifyCertificate(changed, { anchors, now });
    return faults.filter(({ part }) => part === 'pages').map(({ which }) => which);
  };
  const bytes = Buffer.from(pdf);
  const [signature] = signaturesIn(pdf);
  assert.deepEqual(await named(bytes.indexOf(jpegs.front) + 700), ['picture front']);
  assert.deepEqual(await named(bytes.indexOf(jpegs['compared-face']) + 700), ['picture compared-face']);
  assert.deepEqual(await named(bytes.indexOf('/S /Figure')), ['reading order']);
  assert.deepEqual(await named(bytes.indexOf('/FontDescriptor') + 60), ['fonts']);
  assert.deepEqual(await named(bytes.indexOf('/EmbeddedFile') + 20), ['statement']);
  assert.deepEqual(await named(signature!.gapTo + 30), ['signature field']);
});

test('what is appended is found, also when it is time-stamped anew', async () => {
  assert.deepEqual(await faultsOf(concat([pdf, Buffer.from('\n')])), ['file-not-covered']);
  const forge = async (change: (document: Awaited<ReturnType<typeof openForUpdate>>) => void): Promise<string[]> => {
    const document = await openForUpdate(pdf);
    change(document);
    const forged = await document.commit({ useObjectStreams: false });
    const unsigned = await addSignatureField(forged, {
      type: 'DocTimeStamp',
      subFilter: 'ETSI.RFC3161',
      capacityBytes: 16_000,
    });
    const token = await sealing.stamp(digest('sha256', around(unsigned)));
    assert.ok(token.ok);
    return faultsOf(fillSignature(unsigned, token.value));
  };
  const changed = 'additions-change-what-was-signed';
  assert.deepEqual(
    await forge((document) => {
      const page = document.getPage(0).node;
      page.set(PDFName.of('Contents'), document.context.register(document.context.stream('0 0 0 rg 0 0 900 900 re f')));
    }),
    [changed],
  );
  assert.deepEqual(await forge((document) => document.getPage(1).node.set(PDFName.of('Rotate'), PDFNumber.of(90))), [
    changed,
  ]);
  assert.deepEqual(
    await forge((document) =>
      document.catalog.set(
        PDFName.of('OpenAction'),
        document.context.obj({ S: 'JavaScript', JS: PDFString.of('app.alert(1)') }),
      ),
    ),
    [changed],
  );
  assert.deepEqual(
    await forge((document) => {
      const note = document.context.obj({
        Type: 'Annot',
        Subtype: 'FreeText',
        Rect: [0, 0, 600, 800],
        Contents: PDFString.of('Denied'),
      });
      document.getPage(0).node.addAnnot(document.context.register(note));
    }),
    [changed],
  );
});

test('an addition whose cross-references point elsewhere is not accepted', async () => {
  const text = Buffer.from(pdf).toString('latin1');
  const at = text.lastIndexOf('0000000000 65535 f');
  const line = text.indexOf('\n', text.indexOf('\n', at) + 1) + 1;
  const moved = Uint8Array.from(pdf);
  moved.set(Buffer.from('0000000100', 'latin1'), line);
  assert.ok((await faultsOf(moved)).includes('additions-unfamiliar'));
});

test('a certificate that somebody else signed is not vouched for, by whatever root', async () => {
  const stranger = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
  const own = stranger.issue({
    commonName: 'Firma',
    profile: 'signer',
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2029-01-01'),
  });
  const forged = await seal(
    await layOut({ statement, pictures, logo: null }, tools),
    'test',
    sealingWith(signerUnder(stranger, own), [tsa], clock),
  );
  assert.ok(forged.ok);
  assert.deepEqual(await faultsOf(forged.value), ['not-vouched-for']);
});

test('pages that were signed over a statement with other pictures, or one that contradicts itself, do not hold', async () => {
  const other = {
    ...statement,
    pictures: statement.pictures.map((picture) => ({ ...picture, sha256: 'ab'.repeat(32) })),
  };
  const pass = { ...statement, outcome: { ...statement.outcome, assessed: 'refuse' as const } };
  for (const [wrong, faults] of [
    [other, ['picture-differs', 'picture-differs']],
    [pass, ['machine-ruled-against-findings']],
  ] as const) {
    const signed = await seal(await layOut({ statement: wrong, pictures, logo: null }, tools), 'test', sealing);
    assert.ok(signed.ok);
    assert.deepEqual(await faultsOf(signed.value), faults);
  }
});

test('whatever else is given is refused, and nothing is thrown', async () => {
  assert.deepEqual(await faultsOf(new Uint8Array()), ['no-signature', 'file-unreadable']);
  assert.deepEqual(await faultsOf(Buffer.from('%PDF-1.7\n/ByteRange [0 1 2 3]')), [
    'byte-range-wrong',
    'file-not-covered',
    'file-unreadable',
  ]);
  for (const share of [0.1, 0.5, 0.9, 0.999])
    assert.notDeepEqual(await faultsOf(pdf.subarray(0, Math.floor(pdf.byteLength * share))), []);
});

test('the command answers 0 for one that holds, 1 for one that does not, 2 for a mistake', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'verify-'));
  try {
    const file = (name: string, bytes: Uint8Array | string): string => {
      writeFileSync(path.join(folder, name), bytes);
      return path.join(folder, name);
    };
    const root = path.join(import.meta.dirname, '../..');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['src/main.ts', 'verify-certificate', ...args], { cwd: root, encoding: 'utf8' });
    const good = file('good.pdf', pdf);
    const changed = Uint8Array.from(pdf);
    changed[Buffer.from(pdf).indexOf(jpegs.front) + 700]! ^= 1;
    const bad = file('bad.pdf', changed);
    const trust = file('trust.pem', anchors.map(pem).join(''));
    const whole = run(good, '--trust', trust, '--at', '2031-01-01', '--json');
    assert.equal(whole.status, 0, whole.stderr);
    assert.equal((JSON.parse(whole.stdout) as { isValid: boolean }).isValid, true);
    const broken = run(bad, '--trust', trust);
    assert.equal(broken.status, 1);
    assert.match(broken.stdout, /pages \(picture front\): changed since it was signed/);
    assert.equal(run(path.join(folder, 'none.pdf')).status, 2);
    assert.equal(run(good, '--trust', good).status, 2);
    assert.equal(run().status, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
