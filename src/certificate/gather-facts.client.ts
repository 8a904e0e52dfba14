import { createHash } from 'node:crypto';
import type { Account } from '../access/account.ts';
import { EvidenceDamaged, type OpenRefusal, type SealedEvidence } from '../evidence/evidence.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Ruling } from '../verification/ruling.ts';
import type { Approved } from '../verification/verification.ts';
import type { CertificateFacts, Line } from './compile-statement.ts';
import type { CertificatePlace } from './kept-certificate.ts';
import type { PictureName, Statement, StatementPicture } from './statement.ts';

/** What other rooms are asked for a certificate. */
export type FactSources = {
  readonly evidence: {
    list(place: CertificatePlace): Promise<{ readonly sealed: SealedEvidence | null; readonly isErased: boolean }>;
    openExhibit(
      place: CertificatePlace,
      name: string,
    ): Promise<Result<{ readonly mediaType: string; readonly bytes: AsyncIterable<Uint8Array> }, OpenRefusal>>;
  };
  /** Of a JPEG; null when it is none. */
  readonly sizeOf: (jpeg: Uint8Array) => { readonly widthPx: number; readonly heightPx: number } | null;
  /** A user of the panel, as a certificate names them. */
  readonly operatorOf: (userId: string) => Promise<{ readonly name: string; readonly role: string }>;
  readonly lines: readonly Line[];
  readonly signer: { readonly name: string; readonly isDemonstration: boolean };
  readonly software: string;
  /** Where anybody can check a certificate in their browser. */
  readonly checkUrl: () => string | null;
  readonly timeZone: string;
};

export type FactsRefusal =
  /** The evidence is gone, and with it what the certificate would say. */
  | { readonly kind: 'evidence-erased' }
  /** A piece of it is not what it was. */
  | { readonly kind: 'evidence-damaged' };

export type GatheredFacts = { readonly facts: CertificateFacts; readonly pictures: readonly StatementPicture[] };

/** The engine's exhibits that are shown, and as what. One that was not made is left out. */
const SHOWN = {
  face: 'frame-1',
  front: 'front',
  back: 'back',
  'compared-face': 'face',
  'compared-portrait': 'portrait',
} as const satisfies Partial<Record<PictureName, string>>;

export async function gatherFacts(
  sources: FactSources,
  account: Account,
  verification: Approved,
  now: Date,
): Promise<Result<GatheredFacts, FactsRefusal>> {
  const { evidence, sizeOf } = sources;
  const place = { accountId: verification.accountId, id: verification.id };
  const { sealed, isErased } = await evidence.list(place);
  if (sealed === null || isErased) return refuse({ kind: 'evidence-erased' });
  const pictures = await openPictures(sources, place);
  if (!pictures.ok) return pictures;
  return ok({
    pictures: pictures.value,
    facts: {
      account,
      verification,
      isTest: verification.rehearsal !== null,
      ruling: await describeRuling(verification.ruling, sources),
      evidence: sealed,
      pictures: pictures.value.map((picture) => describePicture(picture, sizeOf)),
      lines: sources.lines,
      signer: sources.signer,
      software: sources.software,
      checkUrl: sources.checkUrl(),
      timeZone: sources.timeZone,
      now,
    },
  });
}

function describePicture(
  { name, jpeg }: StatementPicture,
  sizeOf: FactSources['sizeOf'],
): Statement['pictures'][number] {
  const { widthPx, heightPx } = sizeOf(jpeg)!;
  const sha256 = createHash('sha256').update(jpeg).digest('hex');
  return { name, sha256, byteLength: jpeg.byteLength, widthPx, heightPx };
}

async function openPictures(
  { evidence, sizeOf }: FactSources,
  place: CertificatePlace,
): Promise<Result<readonly StatementPicture[], FactsRefusal>> {
  const pictures: StatementPicture[] = [];
  for (const [name, exhibit] of Object.entries(SHOWN)) {
    const opened = await evidence.openExhibit(place, exhibit);
    if (!opened.ok) {
      if (opened.refusal.kind === 'evidence-erased') return refuse(opened.refusal);
      continue;
    }
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of opened.value.bytes) pieces.push(piece);
    } catch (error) {
      if (error instanceof EvidenceDamaged) return refuse({ kind: 'evidence-damaged' });
      throw error;
    }
    const jpeg = Buffer.concat(pieces);
    if (sizeOf(jpeg) === null) return refuse({ kind: 'evidence-damaged' });
    pictures.push({ name: name as keyof typeof SHOWN, jpeg });
  }
  return ok(pictures);
}

/** The rule by which a machine accepts: everything is green. */
const POLICY = 'auto';

async function describeRuling({ ruledAt, by }: Ruling, { operatorOf }: FactSources): Promise<Statement['ruling']> {
  const at = ruledAt.toISOString();
  if (by.kind === 'policy') return { by: 'machine', at, policy: POLICY };
  const { name, role } = await operatorOf(by.userId);
  const second = by.confirmedByUserId === null ? null : await operatorOf(by.confirmedByUserId);
  return { by: 'person', at, role, operator: second === null ? name : `${name}, ${second.name}`, remark: null };
}
