import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { PDFName, PDFNumber } from '@cantoo/pdf-lib';
import { lastTimeStamp } from '../../src/certificate/last-time-stamp.client.ts';
import { openForUpdate } from '../../src/certificate/open-pdf.client.ts';
import { renew } from '../../src/certificate/pades.client.ts';
import { verifyCertificate } from '../../src/certificate/verify.client.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { signaturesIn } from '../../tests/counterparts/certificate-oracles.ts';
import { type SealedExample, sealExample } from '../../tests/counterparts/sealed-example.ts';
import { drawSeed } from '../../tests/counterparts/sealing.ts';
import { checkFile } from './check.ts';
import { codeOf } from './checked.ts';

const now = new Date('2026-11-25T10:07:31Z');
let example: SealedExample;
before(async () => void (example = await sealExample(now)));
after(() => example.close());

const failing = async (pdf: Uint8Array<ArrayBuffer>): Promise<string[]> =>
  Object.entries((await checkFile(pdf, null)).results).flatMap(([name, holds]) => (holds ? [] : [name]));

test('a sound certificate holds in every check, by RSA and by elliptic keys, and after a renewal', async () => {
  const elliptic = await sealExample(now, { keyKind: 'ec' });
  await elliptic.close();
  const renewed = await renew(example.pdf, lastTimeStamp(example.pdf)!.token, example.sealing);
  assert.ok(renewed.ok);
  for (const pdf of [example.pdf, elliptic.pdf, renewed.value]) {
    const checked = await checkFile(pdf, null);
    assert.deepEqual(await failing(pdf), []);
    assert.ok(checked.holds);
    assert.equal(checked.signer?.name, 'Banco Ejemplar, S.A.');
    assert.match(checked.signer.root ?? '', /Firmas de Ejemplo root/);
  }
  const full = await verifyCertificate(example.pdf, { anchors: example.anchors, now });
  const checked = await checkFile(example.pdf, null);
  assert.deepEqual(
    [checked.sha256, checked.statementSha256, checked.statement, checked.signer?.rootSha256, checked.stamps],
    [full.sha256, full.statementSha256, full.statement, full.signer?.rootSha256, full.timeStamps],
  );
});

test('every byte that is flipped where the command finds it is found here too', async (t) => {
  const seed = drawSeed();
  t.diagnostic(`COTEJO_SEED=${seed}`);
  const random = seededRandom(seed);
  const [signature, stamp] = signaturesIn(example.pdf);
  // Half of them within the signatures themselves, which no other covers or only the last one.
  const places = Array.from({ length: 80 }, (_, count) => {
    const [from, to] =
      count % 4 === 0
        ? [signature!.gapFrom, signature!.gapFrom + 6_000]
        : count % 4 === 1
          ? [stamp!.gapFrom, stamp!.gapFrom + 6_000]
          : [0, example.pdf.byteLength];
    return Math.floor(from + random() * (to - from));
  });
  const missed: number[] = [];
  for (const place of places) {
    const changed = example.pdf.with(place, example.pdf[place]! ^ (1 << Math.floor(random() * 8)));
    assert.equal((await verifyCertificate(changed, { anchors: example.anchors, now })).isValid, false);
    if ((await checkFile(changed, null)).holds) missed.push(place);
  }
  assert.deepEqual(missed, []);
});

test('a page that was replaced and stamped anew is not taken for the one that was signed', async () => {
  const document = await openForUpdate(example.pdf);
  document.getPage(1).node.set(PDFName.of('Rotate'), PDFNumber.of(90));
  const changed = Uint8Array.from(await document.commit({ useObjectStreams: false }));
  const stamped = await renew(changed, lastTimeStamp(example.pdf)!.token, example.sealing);
  assert.ok(stamped.ok);
  assert.deepEqual(await failing(stamped.value), ['additions']);
});

test('bytes behind the end, a certificate cut short, and what is none at all', async () => {
  const longer = new Uint8Array([...example.pdf, 10]);
  assert.deepEqual(await failing(longer), ['covered']);
  assert.ok((await failing(example.pdf.slice(0, -2000))).includes('covered'));
  for (const other of [new Uint8Array(), new TextEncoder().encode('%PDF-1.7\n%%EOF\n')]) {
    const checked = await checkFile(other, null);
    assert.equal(checked.holds, false);
    assert.equal(checked.signer, null);
  }
});

test('the code on the page leads to the one certificate that it is of', async () => {
  const { statementSha256 } = await checkFile(example.pdf, null);
  const { id } = example.statement;
  const code = codeOf(`#${id}:${statementSha256}`);
  assert.equal((await checkFile(example.pdf, code)).results.code, true);
  for (const wrong of [codeOf(`#${id + 1}:${statementSha256}`), codeOf(`#${id}:${'0'.repeat(64)}`)])
    assert.deepEqual(
      [(await checkFile(example.pdf, wrong)).results.code, (await checkFile(example.pdf, wrong)).holds],
      [false, false],
    );
  assert.equal(codeOf('#anything'), null);
});
