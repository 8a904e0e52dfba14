import { randomBytes } from 'node:crypto';
import { openFonts } from '../../src/certificate/fonts.client.ts';
import { httpExchange } from '../../src/certificate/http-exchange.client.ts';
import type { LayoutTools } from '../../src/certificate/layout.client.ts';
import { makeCertificate, renewCertificateFile } from '../../src/certificate/make-certificate.client.ts';
import type { Maker } from '../../src/certificate/maker.client.ts';
import type { Sealing } from '../../src/certificate/pades.client.ts';
import { openQrPaths } from '../../src/certificate/qr-path.client.ts';
import { signingKey, type Signer } from '../../src/certificate/signer.client.ts';
import { type TimeStampAuthority, httpAuthority, stamp } from '../../src/certificate/tsa.client.ts';
import { drawBytes, type CertificateAuthority, type Issued } from './pki.ts';
import type { Tsa } from './tsa.ts';

export const openLayoutTools = (): LayoutTools => ({ fonts: openFonts(), qrPath: openQrPaths() });

/** A signer under an authority whose list is at hand. */
export const signerUnder = (authority: CertificateAuthority, issued: Issued): Signer => ({
  name: 'Firma de Ejemplo',
  isDemonstration: false,
  key: signingKey(issued.key, issued.certificate),
  chain: [issued.certificate, authority.root],
  revocation: (at) => ({ crls: [authority.crl(at)], ocsps: [] }),
});

/** Stamped over HTTP by the authorities in their order. */
export const authoritiesAt = (tsas: readonly Tsa[], timeoutMs = 5_000): readonly TimeStampAuthority[] =>
  tsas.map(({ url }) => httpAuthority({ url, timeoutMs, policy: TEST_POLICY }, httpExchange));
/** That they are asked to stamp under. */
const TEST_POLICY = '1.3.6.1.4.1.99999.2';

export const stampingWith =
  (authorities: readonly TimeStampAuthority[], clock: () => Date): Sealing['stamp'] =>
  (imprint) =>
    stamp({ authorities, drawNonce: () => drawBytes(8), clock }, imprint);

/** Signed by `signer`, stamped over HTTP by the authorities in their order. */
export const sealingWith = (signer: Signer, tsas: readonly Tsa[], clock: () => Date, timeoutMs = 5_000): Sealing => ({
  signer,
  stamp: stampingWith(authoritiesAt(tsas, timeoutMs), clock),
  pool: [],
  knownRevocation: () => ({ crls: [], ocsps: [] }),
  exchange: httpExchange,
  clock,
});

/** What the maker's process does, within this one. */
export const makerHere = (sealing: Sealing, tools: LayoutTools): Omit<Maker, 'close'> => ({
  make: (layout) => makeCertificate(layout, tools, sealing),
  renew: (pdf) => renewCertificateFile(pdf, sealing),
});

/** A seed that is printed, so that a failure can be repeated. */
export const drawSeed = (): number => Number(process.env['COTEJO_SEED'] ?? randomBytes(4).readUInt32BE());
