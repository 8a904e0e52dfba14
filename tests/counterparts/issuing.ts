import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { findAccount } from '../../src/access/account.store.ts';
import { secretsFrom } from '../../src/access/secrets.client.ts';
import { type IssueCertificateParts, issueCertificate } from '../../src/certificate/issue-certificate.job.ts';
import type { CertificateVault } from '../../src/certificate/kept-certificate.ts';
import type { LayoutTools } from '../../src/certificate/layout.client.ts';
import type { Maker } from '../../src/certificate/maker.client.ts';
import { type OpenedCertificate, openCertificate } from '../../src/certificate/open-certificate.client.ts';
import type { Sealing } from '../../src/certificate/pades.client.ts';
import { openVault } from '../../src/cli/certificates.ts';
import { enter } from '../../src/credits/ledger.store.ts';
import { operatingLines } from '../../src/engine/decision/judge.ts';
import { readImageHeader } from '../../src/engine/runtime/image-header.ts';
import type { Exhibit } from '../../src/evidence/exhibits.client.ts';
import type { EvidencePlace } from '../../src/evidence/evidence.ts';
import { accountWalls } from '../../src/storage/account-wall.client.ts';
import type { Job } from '../../src/verification/jobs.ts';
import type { Ruler } from '../../src/verification/ruling.ts';
import { type Advance, advanceOver, findVerification } from '../../src/verification/verification.store.ts';
import type { VerificationState } from '../../src/verification/verification.ts';
import { bringToApproved } from './certifiable.ts';
import { type TestEvidence, testEvidence } from './evidence.ts';
import { type CertificateAuthority, openCertificateAuthority } from './pki.ts';
import { makerHere, openLayoutTools, sealingWith, signerUnder } from './sealing.ts';
import { type Tsa, startTsa } from './tsa.ts';

/** A database, a folder, a signer and two time-stamping authorities: everything that certificates are made with. */
export type TestIssuing = {
  readonly evidence: TestEvidence;
  readonly tsas: readonly [Tsa, Tsa];
  readonly authority: CertificateAuthority;
  readonly anchors: readonly Uint8Array<ArrayBuffer>[];
  readonly vault: CertificateVault;
  /** Where the files lie. */
  readonly folder: string;
  readonly parts: IssueCertificateParts;
  readonly sealing: Sealing;
  readonly tools: LayoutTools;
  readonly renew: Maker['renew'];
  readonly advance: Advance;
  /** Jobs that were written, and what became of attempts, in their order. */
  readonly jobs: Job[];
  readonly attempts: Parameters<IssueCertificateParts['onAttempt']>[0][];
  /** A verification that was just accepted. */
  approvedPlace(by?: Ruler, exhibits?: readonly Exhibit[]): Promise<EvidencePlace>;
  issue(place: EvidencePlace, with_?: Partial<IssueCertificateParts>): Promise<void>;
  opened(place: EvidencePlace): Promise<OpenedCertificate>;
  stateOf(place: EvidencePlace): Promise<VerificationState | undefined>;
  stop(): Promise<void>;
};

export async function testIssuing(now: Date): Promise<TestIssuing> {
  const evidence = await testEvidence();
  evidence.clock.now = now;
  const clock = (): Date => evidence.clock.now;
  const tsas = [await startTsa({ clock }), await startTsa({ clock })] as const;
  const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2085-01-01'));
  const period = { notBefore: new Date('2026-01-01'), notAfter: new Date('2029-01-01') };
  const signer = signerUnder(authority, authority.issue({ commonName: 'Firma', profile: 'signer', ...period }));
  const dataFolder = path.dirname(evidence.folder);
  const vault = openVault({ secrets: secretsFrom(randomBytes(32)) }, { dataFolder, evidenceS3: null });
  const { database } = evidence;
  const jobs: Job[] = [];
  const attempts: TestIssuing['attempts'] = [];
  const enqueue = async (_: unknown, written: readonly Job[]): Promise<void> => void jobs.push(...written);
  const advance = advanceOver({ within: accountWalls(database), enqueue, enter });
  const sealing = sealingWith(signer, tsas, clock, 300);
  const tools = openLayoutTools();
  const { make, renew } = makerHere(sealing, tools);
  const parts: IssueCertificateParts = {
    database,
    clock,
    chance: () => 0.5,
    find: (accountId, id) => findVerification(database, accountId, id),
    findAccount: (accountId) => findAccount(database, accountId),
    advance,
    enqueue,
    sources: {
      evidence: evidence.room,
      sizeOf(jpeg) {
        const header = readImageHeader(jpeg);
        return header.kind === 'image' ? header : null;
      },
      operatorOf: async (userId) => ({ name: `Operator ${userId}`, role: 'reviewer' }),
      lines: operatingLines,
      signer: { name: signer.name, isDemonstration: false },
      software: 'cotejo 0.1.0',
      checkUrl: () => 'https://id.example/verify',
      timeZone: 'Europe/Madrid',
    },
    logoOf: async () => null,
    make,
    vault,
    onAttempt: (attempt) => void attempts.push(attempt),
  };
  return {
    evidence,
    tsas,
    authority,
    anchors: [authority.root, ...tsas.map((tsa) => tsa.authority.root)],
    vault,
    folder: path.join(dataFolder, 'certificates'),
    parts,
    sealing,
    tools,
    renew,
    advance,
    jobs,
    attempts,
    async approvedPlace(by, exhibits) {
      const place = await evidence.newPlace();
      const shown = exhibits === undefined ? {} : { exhibits };
      await bringToApproved({ database, evidence: evidence.room, advance, now: clock, ...shown }, place, by);
      assert.equal(jobs.at(-1)?.kind, 'issue-certificate');
      return place;
    },
    issue: (place, with_ = {}) =>
      issueCertificate({ ...parts, ...with_ })({ kind: 'issue-certificate', ...place, at: clock() }),
    async opened(place) {
      const certificate = await openCertificate({ database, vault }, place);
      assert.ok(certificate.ok, JSON.stringify(certificate));
      return certificate.value;
    },
    stateOf: async ({ accountId, id }) => (await findVerification(database, accountId, id))?.state,
    async stop() {
      for (const tsa of tsas) await tsa.close();
      await evidence.stop();
    },
  };
}
