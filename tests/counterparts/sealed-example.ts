import assert from 'node:assert/strict';
import { compileStatement } from '../../src/certificate/compile-statement.ts';
import { layOut } from '../../src/certificate/layout.client.ts';
import { seal, type Sealing } from '../../src/certificate/pades.client.ts';
import type { Statement } from '../../src/certificate/statement.ts';
import { exampleFacts, plainPicture, withPictures } from './certificate-facts.ts';
import { openCertificateAuthority } from './pki.ts';
import { openLayoutTools, sealingWith, signerUnder } from './sealing.ts';
import { type Tsa, startTsa } from './tsa.ts';

export type SealedExample = {
  readonly pdf: Uint8Array<ArrayBuffer>;
  readonly statement: Statement;
  /** A byte of the picture of the document's front. */
  readonly placeInPicture: number;
  readonly sealing: Sealing;
  readonly anchors: readonly Uint8Array<ArrayBuffer>[];
  readonly tsa: Tsa;
  close(): Promise<void>;
};

/** A certificate of the example, signed and stamped. */
export async function sealExample(
  now: Date,
  {
    keyKind = 'rsa',
    isDemonstration = false,
  }: { readonly keyKind?: 'rsa' | 'ec'; readonly isDemonstration?: boolean } = {},
): Promise<SealedExample> {
  const clock = (): Date => now;
  const tsa = await startTsa({ clock });
  const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
  const period = { notBefore: new Date('2026-01-01'), notAfter: new Date('2029-01-01') };
  const issued = authority.issue({ commonName: 'Banco Ejemplar, S.A.', profile: 'signer', keyKind, ...period });
  const sealing = sealingWith(signerUnder(authority, issued), [tsa], clock);
  const jpegs = { front: await plainPicture(400, 252, 200), 'compared-face': await plainPicture(112, 112, 20) };
  const { facts, pictures } = await withPictures(exampleFacts(now), jpegs);
  const statement = compileStatement({ ...facts, signer: { name: 'Banco Ejemplar, S.A.', isDemonstration } });
  const sealed = await seal(await layOut({ statement, pictures, logo: null }, openLayoutTools()), 'test', sealing);
  assert.ok(sealed.ok);
  return {
    pdf: sealed.value,
    statement,
    placeInPicture: Buffer.from(sealed.value).indexOf(jpegs.front) + 700,
    sealing,
    anchors: [authority.root, tsa.authority.root],
    tsa,
    close: () => tsa.close(),
  };
}
