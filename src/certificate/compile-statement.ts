import type { Account } from '../access/account.ts';
import { isMeasured, type Assessment, type Finding } from '../verification/assessment.ts';
import type { EndedRetake } from '../verification/retake.ts';
import type { Access, Assessed } from '../verification/verification.ts';
import { STATEMENT_SCHEMA, type Statement, type StatementFinding, type StatementStep } from './statement.ts';

/** The line that a check is held against, as the engine publishes it. */
export type Line = {
  readonly check: string;
  readonly at: number;
  readonly passes: 'at-or-above' | 'below';
  readonly measuredOn: string;
};

/** What a certificate is made from: the verification as it stands, and what other rooms know of it. */
export type CertificateFacts = {
  readonly account: Pick<Account, 'id' | 'name' | 'settings'>;
  readonly verification: Omit<Assessed, 'state'>;
  readonly isTest: boolean;
  readonly ruling: Statement['ruling'];
  /** The set that was sealed. */
  readonly evidence: {
    readonly round: number;
    readonly sealedAt: Date;
    readonly sha256: string;
    readonly items: readonly {
      readonly kind: string;
      readonly mediaType: string;
      readonly byteLength: number;
      readonly sha256: string;
      readonly receivedAt: Date;
    }[];
  };
  readonly pictures: Statement['pictures'];
  readonly lines: readonly Line[];
  readonly signer: { readonly name: string; readonly isDemonstration: boolean };
  readonly software: string;
  readonly checkUrl: string | null;
  readonly timeZone: string;
  readonly now: Date;
};

const MOST_CHARACTERS = 2000;
const clipped = (text: string): string => text.slice(0, MOST_CHARACTERS).toWellFormed();

/** The statement of a verification that was ruled upon. Pure: the same facts give the same statement. */
export function compileStatement(facts: CertificateFacts): Statement {
  const { account, verification, evidence } = facts;
  const { assessment, opening } = verification;
  const steps = stepsOf(facts);
  const lastStepAt = Math.max(...steps.map(({ at }) => Date.parse(at)));
  return {
    schema: STATEMENT_SCHEMA,
    id: verification.id,
    language: account.settings.language,
    timeZone: facts.timeZone,
    isTest: facts.isTest,
    issuer: {
      signer: clipped(facts.signer.name),
      isDemonstration: facts.signer.isDemonstration,
      software: facts.software,
      checkUrl: facts.checkUrl,
      // A clock that was set back does not make a certificate older than what it certifies.
      issuedAt: new Date(Math.max(facts.now.getTime(), lastStepAt)).toISOString(),
    },
    askedBy: { accountId: String(account.id), name: clipped(account.name) },
    request: {
      at: verification.requestedAt.toISOString(),
      phone: verification.phone,
      requestedNumber: verification.requestedNumber,
      reference: verification.reference,
    },
    outcome: {
      assessed: assessment.outcome,
      reasons: [...assessment.reasons],
      similarityPercent: assessment.similarityPercent,
      livenessPassed: assessment.livenessPassed,
      samePersonThroughout: assessment.samePersonThroughout,
    },
    ruling: facts.ruling,
    document: documentOf(assessment),
    steps,
    consent: { textVersion: clipped(opening.consent.textVersion), language: opening.consent.language.slice(0, 20) },
    device: {
      browser: clipped(opening.device.browser),
      system: clipped(opening.device.system),
      display: clipped(opening.device.display),
    },
    place: opening.place,
    findings: assessment.findings.map((finding) => describe(finding, assessment, facts.lines)),
    evidence: {
      ...(evidence.round === 1 ? {} : { round: evidence.round }),
      sealedAt: evidence.sealedAt.toISOString(),
      sha256: evidence.sha256,
      items: evidence.items.map(({ kind, mediaType, byteLength, sha256, receivedAt }) => ({
        kind,
        mediaType,
        byteLength,
        sha256,
        receivedAt: receivedAt.toISOString(),
      })),
    },
    pictures: facts.pictures,
  };
}

const RECEIVED = { 'face-video': 'face-received', front: 'front-received', back: 'back-received' } as const;

function stepsOf({ verification, evidence, ruling }: CertificateFacts): StatementStep[] {
  const { opening } = verification;
  const own = (name: StatementStep['name'], at: Date): StatementStep => ({
    name,
    at: at.toISOString(),
    address: null,
    port: null,
  });
  const from = (name: 'opened' | 'returned', { at, address, port }: Access): StatementStep => ({
    ...own(name, at),
    address,
    port,
  });
  const [first, ...further] = opening.accesses;
  const received = evidence.items.flatMap(({ kind, receivedAt }) =>
    kind in RECEIVED ? [own(RECEIVED[kind as keyof typeof RECEIVED], receivedAt)] : [],
  );
  const steps = [
    own('requested', verification.requestedAt),
    own('invited', verification.invitedAt),
    first === undefined ? own('opened', opening.openedAt) : from('opened', { ...first, at: opening.openedAt }),
    ...further.map((access) => from('returned', access)),
    ...received,
    ...verification.retakes.flatMap((retake) => stepsOfRetake(retake, own)),
    own('submitted', verification.submittedAt),
    own('assessed', verification.assessedAt),
    own('ruled', new Date(ruling.at)),
  ];
  return steps.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** That it was asked for, what it was asked after, and whether nobody came. What stood before a missed one stands after it. */
function stepsOfRetake(
  { askedAt, ended, before }: EndedRetake,
  own: (name: StatementStep['name'], at: Date) => StatementStep,
): StatementStep[] {
  const asked = own('retake-asked', askedAt);
  if (ended.as !== 'assessed') return [asked, own('retake-missed', ended.at)];
  return [own('submitted', before.submittedAt), own('assessed', before.assessedAt), asked];
}

function documentOf({ document }: Assessment): Statement['document'] {
  if (document === null) return null;
  return {
    type: document.type,
    size: document.size,
    issuingState: document.issuingState,
    fields: Object.entries(document.fields).map(([name, { text, from, folded }]) => ({
      name,
      text: clipped(text),
      from,
      folded,
    })),
    ageYears: document.ageYears,
    isExpired: document.isExpired,
    sidesAgree: document.sidesAgree,
    isRequestedNumber: document.isRequestedNumber,
  };
}

function describe(finding: Finding, { reasons }: Assessment, lines: readonly Line[]): StatementFinding {
  const line = lines.find(({ check }) => check === finding.check);
  const measured = isMeasured(finding) ? finding : null;
  const inconclusive = 'inconclusive' in finding ? finding.inconclusive : null;
  const against = reasons.filter(({ check }) => check === finding.check);
  const holds =
    measured === null || line === undefined || (line.passes === 'at-or-above') === measured.score >= line.at;
  return {
    check: finding.check,
    score: measured?.score ?? null,
    inconclusive,
    higherMeans: measured?.higherMeans ?? null,
    model: finding.model ?? null,
    line: line === undefined ? null : { at: line.at, passes: line.passes, measuredOn: line.measuredOn },
    verdict: verdict(),
    details: Object.fromEntries(
      Object.entries(finding.details ?? {}).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null ? [...value] : value,
      ]),
    ),
  };

  function verdict(): StatementFinding['verdict'] {
    if (measured === null) return 'inconclusive';
    if (against.some(({ weighs }) => weighs === 'refuse')) return 'fails';
    if (against.length > 0 || !holds) return 'doubt';
    return line === undefined ? 'not-judged' : 'passes';
  }
}
