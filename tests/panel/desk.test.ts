// People at the desk: who gets which case, what their word comes to, and what is written down of it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { encodeExhibits } from '../../src/engine/encode-exhibits.client.ts';
import type { Exhibits } from '../../src/engine/exhibits.ts';
import type { Quad, Raster } from '../../src/engine/image/raster.ts';
import { caseDetailSchema } from '../../src/panel/case.schema.ts';
import { deskOverviewSchema, heldCaseSchema, maybeHeldCaseSchema, ruledSchema } from '../../src/panel/desk.schema.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { TurnedClock } from '../counterparts/applicant.ts';
import type { Caller } from '../journeys/caller.ts';
import { CaptureHere } from '../journeys/capture-here.ts';
import { type Brought, StepsHere, recordingBytes } from './assessed-here.ts';
import type { BrowserHere } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';

let panel: PanelHere;
let steps: StepsHere;
before(async () => {
  // Long before the machine's own time, which the queue goes by: however far a story turns it, what is due is due.
  const capture = await CaptureHere.open({ clock: new TurnedClock(new Date('2026-05-04T10:00:00Z')) });
  await capture.start();
  panel = PanelHere.over(capture);
  steps = await StepsHere.over(panel);
});
after(async () => {
  await steps?.stop();
  await panel?.remove();
});

type Company = { readonly account: AccountId; readonly caller: Caller };
let names = 0;

const somebody = async (role: 'operator' | 'supervisor' | 'auditor' | 'administrator', { account }: Company) =>
  (await panel.signUp(`${role}-${(names += 1)}`, role, account)).browser;

const deskOf = ({ account }: Company) => {
  const at = `accounts/${account}`;
  return {
    at,
    next: (browser: BrowserHere, queue: 'desk' | 'supervision' = 'desk') => browser.post(`${at}/desk/next`, { queue }),
    rule: (browser: BrowserHere, id: number | string, body: object) =>
      browser.post(`${at}/desk/cases/${id}/rule`, body),
    act: (browser: BrowserHere, id: number | string, what: string, body: object = {}) =>
      browser.post(`${at}/desk/cases/${id}/${what}`, body),
    overview: async (browser: BrowserHere) => deskOverviewSchema.parse((await browser.get(`${at}/desk`)).json),
  };
};

const idOf = (reply: { readonly json: Record<string, unknown> }): string | null =>
  (reply.json['case'] as { id: string } | null)?.id ?? null;

const assessed = (company: Company, brought: Brought): Promise<VerificationId> => steps.assessed(company, brought);

const placeOf = ({ account }: Company, id: number): { accountId: AccountId; id: VerificationId } => ({
  accountId: account,
  id: id as VerificationId,
});

const report = async ({ caller }: Company, id: number) =>
  (await caller.call('GetReportIdentidad', { Id: String(id) })).fields as Readonly<Record<string, unknown>>;

async function actionsOn({ account }: Company, id: number): Promise<readonly string[]> {
  const { rows } = await sql<{ action: string }>`
    select action from audit_entry where account_id = ${account} and object = ${`verification ${id}`} order by entry_number`.execute(
    panel.database,
  );
  return rows.map(({ action }) => action);
}

test('from the call to a 5500 with its reason: the company reads what the operator picked', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const operator = await somebody('operator', company);
  const id = await assessed(company, { outcome: 'review' });
  const held = await desk.next(operator);
  assert.equal(held.status, 200, held.text);
  const { case: shown, needsSecondPerson, queue } = heldCaseSchema.parse(held.json);
  assert.deepEqual([shown.id, shown.outcome, queue, needsSecondPerson], [String(id), 'review', 'desk', false]);
  assert.deepEqual(
    shown.findings.map(({ check, score, verdict, line }) => ({ check, score, verdict, passes: line?.passes })),
    [{ check: 'face/comparison', score: 0.41, verdict: 'doubt', passes: 'at-or-above' }],
  );
  panel.clock.turn(42_000);
  const ruled = await desk.rule(operator, id, { decision: 'reject', reason: 'not-the-holder', note: 'Otra persona.' });
  assert.equal(ruled.status, 200, ruled.text);
  const { pending } = ruledSchema.parse(ruled.json);
  assert.equal(new Date(pending.settlesAt).getTime() - panel.clock.now().getTime(), 10_000);
  assert.equal((await report(company, id))['Estado'], '5001');
  panel.clock.turn(10_000);
  await steps.reaches(placeOf(company, id), 'rejected');
  const told = await report(company, id);
  assert.deepEqual([told['Estado'], told['MotivoCodigo']], ['5500', 'not-the-holder']);
  assert.ok(String(told['Motivo']).length > 10);
  assert.deepEqual(await actionsOn(company, id), ['desk.case-opened', 'desk.ruled', 'desk.settled']);
  const { today } = await desk.overview(operator);
  assert.deepEqual(today, { ruled: 1, medianSecondsOnCase: 42 });
  const detail = await operator.get(`${desk.at}/requests/${id}`);
  const { ruling, notes } = detail.json as { ruling: { by: { person: { name: string } } }; notes: { text: string }[] };
  assert.equal(ruling.by.person.name.startsWith('operator-'), true);
  assert.deepEqual(
    notes.map(({ text }) => text),
    ['Otra persona.'],
  );
});

test('what an operator validates is approved, and its certificate is due', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const operator = await somebody('operator', company);
  const id = await assessed(company, { outcome: 'review' });
  await desk.next(operator);
  assert.equal((await desk.rule(operator, id, { decision: 'validate' })).status, 200);
  panel.clock.turn(10_000);
  const approved = await steps.reaches(placeOf(company, id), 'approved');
  assert.ok(
    'ruling' in approved && approved.ruling.by.kind === 'person' && approved.ruling.by.confirmedByUserId === null,
  );
  const { rows } = await sql`
    select 1 from pgboss.job where name = 'issue-certificate' and (data ->> 'id')::integer = ${id}`.execute(
    panel.database,
  );
  assert.equal(rows.length, 1);
});

test('a ruling is taken back within ten seconds, and the case is in hand as it was', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const operator = await somebody('operator', company);
  const first = await assessed(company, { outcome: 'refuse' });
  const second = await assessed(company, { outcome: 'review' });
  assert.equal(idOf(await desk.next(operator)), String(first));
  panel.clock.turn(5_000);
  await desk.rule(operator, first, { decision: 'reject', reason: 'not-live' });
  assert.equal(idOf(await desk.next(operator)), String(second));
  panel.clock.turn(9_000);
  const undone = await desk.act(operator, first, 'undo');
  assert.equal(undone.status, 200, undone.text);
  assert.equal(heldCaseSchema.parse(undone.json).case.id, String(first));
  const overview = await desk.overview(operator);
  assert.deepEqual([overview.inHand?.id, overview.waiting.count, overview.pending], [String(first), 1, []]);
  panel.clock.turn(60_000);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal((await report(company, first))['Estado'], '5001');
  await desk.rule(operator, first, { decision: 'reject', reason: 'not-live' });
  panel.clock.turn(10_000);
  await steps.reaches(placeOf(company, first), 'rejected');
  const late = await desk.act(operator, first, 'undo');
  assert.deepEqual([late.status, late.json], [409, { problem: 'conflict', why: 'too-late' }]);
});

test('what speaks against somebody is validated by two persons or not at all', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const [operator, proposer, other] = [
    await somebody('operator', company),
    await somebody('supervisor', company),
    await somebody('supervisor', company),
  ];
  const id = await assessed(company, { outcome: 'refuse' });
  assert.equal(heldCaseSchema.parse((await desk.next(proposer)).json).needsSecondPerson, true);
  const ruled = ruledSchema.parse((await desk.rule(proposer, id, { decision: 'validate' })).json);
  assert.equal(ruled.pending.becomes, 'proposed');
  panel.clock.turn(10_000);
  for (let tries = 0; (await desk.overview(other)).supervision?.toConfirm !== 1; tries += 1) {
    assert.ok(tries < 200, 'the proposal does not come to the supervisors');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal((await report(company, id))['Estado'], '5001');
  assert.deepEqual((await desk.overview(proposer)).supervision, { escalated: 0, toConfirm: 0, oldestAt: null });
  assert.equal(idOf(await desk.next(proposer, 'supervision')), null);
  assert.equal(idOf(await desk.next(proposer)), null);
  assert.equal((await desk.next(operator, 'supervision')).status, 403);
  assert.equal((await desk.rule(proposer, id, { decision: 'validate' })).status, 409);
  const held = heldCaseSchema.parse((await desk.next(other, 'supervision')).json);
  assert.equal(held.proposal?.by.name?.startsWith('supervisor-'), true);
  assert.equal(held.needsSecondPerson, false);
  assert.equal(ruledSchema.parse((await desk.rule(other, id, { decision: 'validate' })).json).pending.becomes, 'ruled');
  panel.clock.turn(10_000);
  const approved = await steps.reaches(placeOf(company, id), 'approved');
  assert.ok('ruling' in approved && approved.ruling.by.kind === 'person');
  assert.ok(approved.ruling.by.confirmedByUserId !== null);
  assert.notEqual(approved.ruling.by.userId, approved.ruling.by.confirmedByUserId);
});

test('an escalated case goes to the supervisors and to nobody else', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const [operator, supervisor] = [await somebody('operator', company), await somebody('supervisor', company)];
  const id = await assessed(company, { outcome: 'review' });
  assert.equal(idOf(await desk.next(operator)), String(id));
  const escalated = await desk.act(operator, id, 'escalate', { note: 'Parece que alguien le obliga.' });
  assert.equal(escalated.status, 200, escalated.text);
  assert.equal(idOf(await desk.next(operator)), null);
  const held = heldCaseSchema.parse((await desk.next(supervisor, 'supervision')).json);
  assert.deepEqual(
    [held.case.id, held.case.notes.map(({ text }) => text)],
    [String(id), ['Parece que alguien le obliga.']],
  );
  assert.equal((await desk.rule(supervisor, id, { decision: 'reject', reason: 'under-pressure' })).status, 200);
  panel.clock.turn(10_000);
  await steps.reaches(placeOf(company, id), 'rejected');
});

test('twenty operators who ask at once get twenty cases, and the twenty-first none', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const operators: BrowserHere[] = [];
  const ids: string[] = [];
  for (let number = 0; number < 20; number += 1) {
    operators.push(await somebody('operator', company));
    ids.push(String(await assessed(company, { outcome: number % 2 === 0 ? 'review' : 'refuse' })));
  }
  const got = await Promise.all(operators.map((operator) => desk.next(operator)));
  assert.deepEqual(got.map(idOf).sort(), ids.sort());
  // Whoever asks again has the one in hand; twice at once changes nothing.
  const again = await Promise.all([desk.next(operators[0]!), desk.next(operators[0]!)]);
  assert.deepEqual(again.map(idOf), [idOf(got[0]!), idOf(got[0]!)]);
  assert.equal(idOf(await desk.next(await somebody('operator', company))), null);
});

test('one operator who asks twenty times at once has one case', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const operator = await somebody('operator', company);
  for (let number = 0; number < 5; number += 1) await assessed(company, { outcome: 'review' });
  const got = await Promise.all(Array.from({ length: 20 }, () => desk.next(operator)));
  assert.equal(new Set(got.map(idOf)).size, 1);
  assert.equal((await desk.overview(operator)).waiting.count, 4);
});

test('a case comes by age and risk, and nobody names one', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const operator = await somebody('operator', company);
  const oldReview = await assessed(company, { outcome: 'review' });
  panel.clock.turn(60_000);
  const refuse = await assessed(company, { outcome: 'refuse' });
  panel.clock.turn(25 * 60_000);
  const laterRefuse = await assessed(company, { outcome: 'refuse' });
  for (const expected of [refuse, oldReview, laterRefuse]) {
    for (const id of [oldReview, refuse, laterRefuse])
      if (id !== expected)
        assert.equal((await desk.rule(operator, id, { decision: 'reject', reason: 'other' })).status, 409, String(id));
    assert.equal(idOf(await desk.next(operator)), String(expected));
    await desk.rule(operator, expected, { decision: 'reject', reason: 'other' });
  }
});

test('whoever falls asleep loses the case; who says that they are still there keeps it', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const [first, second] = [await somebody('operator', company), await somebody('operator', company)];
  const id = await assessed(company, { outcome: 'review' });
  assert.equal(idOf(await desk.next(first)), String(id));
  panel.clock.turn(4 * 60_000);
  assert.equal((await desk.act(first, id, 'keep')).status, 200);
  panel.clock.turn(4 * 60_000);
  assert.equal(idOf(await desk.next(second)), null);
  panel.clock.turn(2 * 60_000);
  assert.equal(idOf(await desk.next(second)), String(id));
  assert.equal(idOf(await first.get(`${desk.at}/desk/case`)), null);
  for (const what of ['keep', 'leave', 'notes'])
    assert.deepEqual((await desk.act(first, id, what, what === 'notes' ? { text: 'x' } : {})).json, {
      problem: 'conflict',
      why: 'not-in-hand',
    });
  const late = await desk.rule(first, id, { decision: 'validate' });
  assert.deepEqual([late.status, late.json], [409, { problem: 'conflict', why: 'not-in-hand' }]);
  assert.equal((await desk.act(second, id, 'leave')).status, 200);
  assert.equal(idOf(await desk.next(first)), String(id));
});

test('an operator sees the case in hand and no other; a supervisor and an auditor see all; an administrator sees none', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const id = await assessed(company, { outcome: 'review' });
  const operator = await somebody('operator', company);
  const video = `${desk.at}/requests/${id}/evidence/face-video`;
  assert.deepEqual((await operator.get(video)).json, { problem: 'conflict', why: 'not-in-hand' });
  assert.equal((await operator.get(`${desk.at}/requests/${id}/case`)).status, 409);
  await desk.next(operator);
  const seen = await operator.get(video);
  assert.deepEqual(
    [
      seen.status,
      seen.headers.get('content-type'),
      seen.headers.get('cache-control'),
      seen.headers.get('content-length'),
    ],
    [200, 'video/webm', 'no-store', String(recordingBytes.length)],
  );
  for (const role of ['supervisor', 'auditor'] as const) {
    const looking = await somebody(role, company);
    assert.equal((await looking.get(`${desk.at}/requests/${id}/evidence/front`)).status, 200, role);
    assert.equal(caseDetailSchema.parse((await looking.get(`${desk.at}/requests/${id}/case`)).json).id, String(id));
  }
  assert.equal((await (await somebody('administrator', company)).get(video)).status, 403);
  assert.deepEqual(await actionsOn(company, id), [
    'desk.case-opened',
    'evidence.viewed',
    'evidence.viewed',
    'case.viewed',
    'evidence.viewed',
    'case.viewed',
  ]);
});

test('a part of the video is sent as asked, byte for byte', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const id = await assessed(company, { outcome: 'review' });
  const auditor = await somebody('auditor', company);
  const whole = recordingBytes.length;
  const part = async (range: string) => {
    const response = await fetch(`${panel.url}/panel/api/${desk.at}/requests/${id}/evidence/face-video`, {
      headers: { cookie: auditor.cookie, 'sec-fetch-site': 'same-origin', range },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, range: response.headers.get('content-range'), bytes };
  };
  for (const [range, from, to] of [
    ['bytes=0-9', 0, 9],
    ['bytes=65530-65545', 65_530, 65_545],
    ['bytes=199000-', 199_000, whole - 1],
    ['bytes=-7', whole - 7, whole - 1],
    ['bytes=100-9999999', 100, whole - 1],
  ] as const) {
    const answer = await part(range);
    assert.equal(answer.status, 206, range);
    assert.equal(answer.range, `bytes ${from}-${to}/${whole}`);
    assert.ok(answer.bytes.equals(recordingBytes.subarray(from, to + 1)), range);
  }
  assert.deepEqual(await part(`bytes=${whole}-`), { status: 416, range: `bytes */${whole}`, bytes: Buffer.alloc(0) });
  const everything = await part('bytes=0-1,5-6');
  assert.deepEqual([everything.status, everything.bytes.equals(recordingBytes)], [200, true]);
});

test('what the account’s policy accepts by itself is not handed out, unless the policy leaves it', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const operator = await somebody('operator', company);
  await sql`
    update account set settings = settings || '{"decides": "operator"}' where account_id = ${company.account}`.execute(
    panel.database,
  );
  const id = await assessed(company, { outcome: 'pass' });
  await new Promise((resolve) => setTimeout(resolve, 1200));
  assert.equal(idOf(await desk.next(operator)), String(id));
  maybeHeldCaseSchema.parse((await operator.get(`${desk.at}/desk/case`)).json);
  await desk.act(operator, id, 'leave');
  await sql`
    update account set settings = settings || '{"decides": "policy"}' where account_id = ${company.account}`.execute(
    panel.database,
  );
  assert.equal(idOf(await desk.next(operator)), null);
  panel.clock.turn(61_000);
  assert.equal(idOf(await desk.next(operator)), String(id));
});

test('what the engine saw is on the desk: frames, curves, both sides with what was read where, print beside zone', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  const id = await assessed(company, { outcome: 'review' });
  const raster = (widthPx: number, heightPx: number): Raster => ({
    widthPx,
    heightPx,
    rgb: new Uint8Array(widthPx * heightPx * 3).fill(120),
  });
  const quad: Quad = [
    [10, 10],
    [60, 10],
    [60, 20],
    [10, 20],
  ];
  const moments = Array.from({ length: 120 }, (_, at) => at * 100);
  const curve = moments.map((at) => (at === 500 ? null : Math.sin(at / 900) / 2));
  const frame = (atMs: number) => ({
    atMs,
    quality: 0.9,
    image: raster(240, 240),
    mesh: { flag: 1, points: Float32Array.from({ length: 468 * 3 }, (_, at) => at / 7) },
  });
  const exhibits: Exhibits = {
    video: {
      facts: { codec: 'vp8', container: 'webm', widthPx: 640, heightPx: 480, durationMs: 12_000, storedFrames: 120 },
      frames: [frame(1200), frame(2400), frame(3600)],
      alignedFace: raster(112, 112),
      challenge: {
        curves: { atMs: moments, turn: curve, nod: curve, smile: curve, closer: curve },
        steps: [
          {
            gesture: 'turn-left',
            fromMs: 2000,
            toMs: 4500,
            verdict: 'followed',
            event: { gesture: 'turn-left', fromMs: 2400, toMs: 3000 },
          },
          { gesture: 'smile', fromMs: 5000, toMs: 7500, verdict: 'not-seen' },
        ],
      },
    },
    document: {
      sides: [
        {
          side: 'front',
          image: raster(1600, 1000),
          rectified: { image: raster(1280, 829), toRectified: [0.8, 0, 1, 0, 0.8, 2, 0, 0] },
          lines: [{ text: 'ESPAÑOLA', quad, confidence: 0.98 }],
          fields: [{ name: 'surnames', quad }],
          mrzRows: [],
        },
      ],
      readings: [{ name: 'surnames', inPrint: 'ESPAÑOLA', inZone: 'ESPANOLA' }],
      portrait: { side: 'front', box: { x0Px: 1, y0Px: 2, x1Px: 30, y1Px: 40 }, alignedFace: raster(112, 112) },
    },
  } as Exhibits;
  await panel.capture.evidence.keepExhibits(placeOf(company, id), await encodeExhibits(exhibits));
  const operator = await somebody('operator', company);
  const held = heldCaseSchema.parse((await desk.next(operator)).json);
  const { video, sides, readings, portrait } = held.case;
  assert.deepEqual(
    video!.frames.map(({ image }) => image),
    [1, 2, 3].map((number) => ({ picture: `frame-${number}`, widthPx: 240, heightPx: 240 })),
  );
  assert.deepEqual(
    video!.challenge!.steps.map(({ verdict, event }) => [verdict, event?.fromMs ?? null]),
    [
      ['followed', 2400],
      ['not-seen', null],
    ],
  );
  assert.deepEqual([video!.challenge!.curves.turn.length, video!.challenge!.curves.turn[5]], [120, null]);
  assert.equal(video!.challenge!.thresholds['turn-right'], -video!.challenge!.thresholds['turn-left']);
  assert.deepEqual(sides[0]!.fields, [{ name: 'surnames', quad }]);
  assert.deepEqual(sides[0]!.rectified, {
    image: { picture: 'front-rectified', widthPx: 1280, heightPx: 829 },
    toRectified: [0.8, 0, 1, 0, 0.8, 2, 0, 0],
  });
  assert.deepEqual(readings, [{ name: 'surnames', inPrint: 'ESPAÑOLA', inZone: 'ESPANOLA' }]);
  assert.deepEqual(portrait!.alignedFace, { picture: 'portrait', widthPx: 112, heightPx: 112 });
  const at = `${desk.at}/requests/${id}/exhibits`;
  for (const name of ['frame-1', 'face', 'front', 'front-rectified', 'portrait']) {
    const picture = await operator.get(`${at}/${name}`);
    assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg'], name);
  }
  // The file that names them holds more than the desk shows, and is no picture.
  for (const name of ['exhibits', 'frame-9', '..%2ffront'])
    assert.equal((await operator.get(`${at}/${name}`)).status, 404);
});

test('whatever is found, whoever rules, whatever they say: one word alone never validates against a finding', async () => {
  const company = await panel.newCompany();
  const desk = deskOf(company);
  await sql`
    update account set settings = settings || '{"decides": "operator"}' where account_id = ${company.account}`.execute(
    panel.database,
  );
  const people = { operator: await somebody('operator', company), supervisor: await somebody('supervisor', company) };
  const expected: [VerificationId, 'approved' | 'rejected' | 'assessed'][] = [];
  for (const outcome of ['pass', 'review', 'refuse'] as const)
    for (const decision of ['validate', 'reject'] as const)
      for (const role of ['operator', 'supervisor'] as const) {
        const id = await assessed(company, { outcome });
        panel.clock.turn(61_000);
        assert.equal(idOf(await desk.next(people[role])), String(id));
        const unreasoned = await desk.rule(people[role], id, { decision: 'reject' });
        assert.equal(unreasoned.status, 400);
        const ruled = await desk.rule(
          people[role],
          id,
          decision === 'validate' ? { decision } : { decision, reason: 'other' },
        );
        assert.equal(ruled.status, 200, ruled.text);
        expected.push([id, decision === 'reject' ? 'rejected' : outcome === 'refuse' ? 'assessed' : 'approved']);
        panel.clock.turn(10_000);
      }
  for (const [id, state] of expected) await steps.reaches(placeOf(company, id), state);
  // The proposals wait for another supervisor, and come back to nobody who made them.
  for (let tries = 0; (await desk.overview(people.supervisor)).supervision?.toConfirm !== 1; tries += 1) {
    assert.ok(tries < 200, 'the operator’s proposal does not come to the supervisor');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { rows } = await sql<{ alone: number }>`
    select count(*)::integer as alone from verification where account_id = ${company.account} and outcome = 'refuse'
      and state in ('approved', 'validated')`.execute(panel.database);
  assert.equal(rows[0]!.alone, 0);
});
