import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { canonicalJson } from '../../src/certificate/canonical-json.ts';
import { compileStatement } from '../../src/certificate/compile-statement.ts';
import { layOut } from '../../src/certificate/layout.client.ts';
import { seal } from '../../src/certificate/pades.client.ts';
import { sameBytes } from '../../src/kernel/der.ts';
import { verifyCertificate } from '../../src/certificate/verify.client.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { exampleFacts, plainPicture, withPictures } from './certificate-facts.ts';
import { activeNames, judgeByOthers, missingOracles, signaturesIn } from './certificate-oracles.ts';
import { hostileStatement } from './hostile-statements.ts';
import { openCertificateAuthority } from './pki.ts';
import { drawSeed, openLayoutTools, sealingWith, signerUnder } from './sealing.ts';
import { startTsa } from './tsa.ts';

/**
 * Issues `count` certificates of hostile statements, each held against pdfsig, qpdf and `openssl ts`, against our own check, and against
 * itself with one byte of the signed range flipped.
 */
export async function issueMany(count: number, t: TestContext): Promise<void> {
  const missing = missingOracles();
  assert.deepEqual(missing, [], `to be installed: ${missing.join(', ')} (poppler-utils, qpdf, openssl)`);
  const seed = drawSeed();
  t.diagnostic(`COTEJO_SEED=${seed}`);
  const random = seededRandom(seed);
  const now = new Date('2026-11-25T10:07:31Z');
  const clock = (): Date => now;
  const tsa = await startTsa({ clock });
  try {
    const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
    const period = { notBefore: new Date('2026-01-01'), notAfter: new Date('2029-01-01') };
    const signer = signerUnder(
      authority,
      authority.issue({ commonName: 'Firma de Ejemplo', profile: 'signer', ...period }),
    );
    const sealing = sealingWith(signer, [tsa], clock, 30_000);
    const tools = openLayoutTools();
    const logo = await plainPicture(300, 80, 280);
    const jpegs = {
      face: await plainPicture(240, 320, 20),
      front: await plainPicture(400, 252, 200),
      'compared-face': await plainPicture(112, 112, 20),
    };
    const { facts, pictures } = await withPictures(exampleFacts(now), jpegs);
    const base = compileStatement(facts);
    const anchors = [authority.root, tsa.authority.root];
    const wrong: string[] = [];
    let bytes = 0;
    for (let number = 0; number < count; number++) {
      const statement = hostileStatement(base, random);
      const laidOut = await layOut({ statement, pictures, logo: random() < 0.3 ? logo : null }, tools);
      const sealed = await seal(laidOut, `Verification ${statement.id}`, sealing);
      assert.ok(sealed.ok);
      const pdf = sealed.value;
      bytes += pdf.byteLength;
      const expect = (what: string, found: unknown, expected: unknown): void => {
        if (JSON.stringify(found) !== JSON.stringify(expected))
          wrong.push(`${number}: ${what}: ${JSON.stringify(found).slice(0, 300)}`);
      };
      const others = await judgeByOthers(pdf, tsa.authority.root);
      expect('pdfsig', others.pdfsig, 'Signature is Valid.');
      expect('covered to the last byte', others.coversAll, true);
      expect('qpdf', others.qpdf, 'clean');
      expect('token over the signature', others.signatureToken, true);
      expect('token over the file', others.documentToken, true);
      expect('active names', await activeNames(pdf), []);
      const own = await verifyCertificate(pdf, { anchors, now });
      expect('own check', own.faults, []);
      expect(
        'nothing to note',
        own.notes.filter(({ note }) => note !== 'demonstration'),
        [],
      );
      expect('the statement', own.statement === null ? null : canonicalJson(own.statement), canonicalJson(statement));

      // The room of a signature is not covered by it: whatever is flipped anywhere, the digest that is kept beside the file tells.
      const anywhere = pdf.with(Math.floor(random() * pdf.byteLength), 0);
      expect(
        'a byte changed anywhere is told by the digest',
        sha256(anywhere) === sha256(pdf),
        sameBytes(anywhere, pdf),
      );

      const [signature] = signaturesIn(pdf);
      const flipped = Uint8Array.from(pdf);
      const place = Math.floor(random() * (signature!.end - (signature!.gapTo - signature!.gapFrom)));
      flipped[place < signature!.gapFrom ? place : place + signature!.gapTo - signature!.gapFrom]! ^=
        1 << Math.floor(random() * 8);
      const found = await verifyCertificate(flipped, { anchors, now });
      expect('a flipped byte is found', found.isValid, false);
      expect(
        'and its place is named',
        found.faults.some(({ which, fault }) => which !== undefined || fault === 'byte-range-wrong'),
        true,
      );
    }
    assert.deepEqual(wrong, []);
    t.diagnostic(`${count} certificates, ${Math.round(bytes / count / 1000)} kB each: all valid, all flips found`);
  } finally {
    await tsa.close();
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
