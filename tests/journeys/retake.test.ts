// What cannot be decided by is asked for once more: the document alone, the face alone, and by somebody who never comes.
import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import sharp from 'sharp';
import { callbackSettingsOf } from '../../src/cli/callbacks.ts';
import { erasureParts } from '../../src/cli/retention.ts';
import { parseConfig } from '../../src/config.ts';
import { eraseEvidence } from '../../src/evidence/erase-evidence.job.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { MS_PER_HOUR } from '../../src/kernel/instant.ts';
import { writeEndpoint } from '../../src/notification/webhook/endpoint.store.ts';
import { newSigningSecret } from '../../src/notification/webhook/signing.client.ts';
import { caseDetailSchema } from '../../src/panel/case.schema.ts';
import { heldCaseSchema, ruledSchema } from '../../src/panel/desk.schema.ts';
import { requestDetailSchema } from '../../src/panel/request.schema.ts';
import { folderBlobs } from '../../src/storage/folder-blobs.client.ts';
import { lapseExpired } from '../../src/verification/lapse-expired.job.ts';
import { type Applicant, TurnedClock } from '../counterparts/applicant.ts';
import { WebhookReceiver } from '../counterparts/webhook-receiver.ts';
import { StepsHere, recordingBytes } from '../panel/assessed-here.ts';
import type { BrowserHere } from '../panel/browser-here.ts';
import { PanelHere } from '../panel/panel-here.ts';
import type { Caller } from './caller.ts';
import { CaptureHere } from './capture-here.ts';

const settings = parseConfig({ COTEJO_CALLBACK_LOCAL: 'true' });
if (!settings.ok) throw new Error('the settings of the test are wrong');
const callbacks = callbackSettingsOf(settings.value);

let capture: CaptureHere;
let panel: PanelHere;
let steps: StepsHere;
let receiver: WebhookReceiver;
let receiverUrl: string;
before(async () => {
  // Long before the machine's own time, which the queue goes by: however far a story turns it, what is due is due.
  capture = await CaptureHere.open({ clock: new TurnedClock(new Date('2026-05-04T10:00:00Z')) });
  await capture.start({ callbacks });
  panel = PanelHere.over(capture);
  steps = await StepsHere.over(panel);
  receiver = new WebhookReceiver();
  receiverUrl = `http://127.0.0.1:${await receiver.listen()}/avisos`;
});
after(async () => {
  await steps?.stop();
  await panel?.remove();
  await receiver?.close();
});

const picture = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 420, height: 260, channels: 3, background } })
    .jpeg()
    .toBuffer();

/** A quick look that nobody takes here is waited for no longer than this. */
const LOOKS_OVER_MS = 21_000;

type Desk = {
  readonly account: AccountId;
  readonly caller: Caller;
  readonly operator: BrowserHere;
  readonly id: VerificationId;
  readonly at: string;
  readonly phone: string;
  readonly firstLink: string;
};
type Wanted = { readonly scope: 'all' | 'face' | 'document'; readonly reason: string };

let phones = 650_000_000;

/** Somebody who was assessed once, and whose case an operator has in hand. */
async function atTheDesk(documentNumber = '12345678Z'): Promise<Desk> {
  const company = await panel.newCompany();
  const { account, caller } = company;
  const at = `accounts/${account}`;
  const endpoint = { url: receiverUrl, encoding: 'json', payload: 'strings', credentials: null } as const;
  const written = { ...endpoint, secret: newSigningSecret(), now: panel.clock.now() };
  await writeEndpoint(panel.database, account, written, capture.installation.secrets.seal);
  const { browser: operator } = await panel.signUp(`operator-${account}`, 'operator', account);
  const phone = `34${(phones += 1)}`;
  const id = await steps.assessed(company, { outcome: 'review', phone, documentNumber });
  const firstLink = await capture.linkTo(phone);
  const desk = { account, caller, operator, id, at, phone, firstLink };
  await take(desk);
  return desk;
}

async function take({ operator, at, id }: Desk) {
  panel.clock.turn(61_000);
  const reply = await operator.post(`${at}/desk/next`, { queue: 'desk' });
  const held = heldCaseSchema.parse(reply.json);
  assert.equal(held.case.id, String(id));
  return held;
}

const placeOf = ({ account, id }: Desk) => ({ accountId: account, id });

const reportOf = async ({ caller, id }: Desk) =>
  (await caller.call('GetReportIdentidad', { Id: String(id) })).fields as Readonly<Record<string, string>>;

const resultOf = (report: Readonly<Record<string, string>>) => JSON.parse(report['Result']!) as Record<string, unknown>;

/** Asks at the desk, and waits out the time in which it can be taken back. @returns the new link. */
async function askAgain(desk: Desk, wanted: Wanted, earlier: string): Promise<string> {
  const ruled = await desk.operator.post(`${desk.at}/desk/cases/${desk.id}/rule`, { decision: 'retake', ...wanted });
  assert.equal(ruled.status, 200, ruled.text);
  assert.deepEqual(ruledSchema.parse(ruled.json).pending.decision, { decision: 'retake', ...wanted });
  panel.clock.turn(10_000);
  await steps.reaches(placeOf(desk), 'retake-asked');
  return capture.linkTo(desk.phone, earlier);
}

/** Nobody comes before the link has run out: what the job does then, which the queue's own clock has due long before. */
async function runOut(desk: Desk): Promise<void> {
  panel.clock.turn(75 * MS_PER_HOUR);
  const lapse = lapseExpired({
    advance: steps.advance,
    clock: panel.clock.now,
    closeRound: capture.evidence.closeRound,
  });
  await lapse({ kind: 'lapse-expired', ...placeOf(desk), at: panel.clock.now() });
}

/** The operator's session has ended meanwhile. */
async function anotherDay(desk: Desk): Promise<Desk> {
  const { browser } = await panel.signUp(`operator-${(phones += 1)}`, 'operator', desk.account);
  return { ...desk, operator: browser };
}

async function sides(applicant: Applicant): Promise<void> {
  await applicant.post('document-kind', { kind: 'id-card' });
  await applicant.picture('front', await picture('#204080'));
  await applicant.picture('back', await picture('#802040'));
}

async function send(applicant: Applicant): Promise<void> {
  panel.clock.turn(LOOKS_OVER_MS);
  const ready = await applicant.state();
  assert.equal(ready.at === 'capturing' && ready.wanted, 'submit', JSON.stringify(ready));
  const sent = (await applicant.post('submit', {})) as { at: string };
  assert.equal(sent.at, 'sent');
}

/** What the company was told of it so far, once there is so much. */
async function toldOf({ id }: Desk, count: number): Promise<readonly (typeof receiver.hits)[number][]> {
  const told = () => receiver.hits.filter(({ verification }) => verification === String(id));
  for (let tries = 0; tries < 200 && told().length < count; tries += 1) {
    panel.clock.turn(1000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return told();
}

const seals = async ({ account, id }: Desk) =>
  (
    await sql<{ round: number; carried: number[]; sealed: boolean; closed: boolean }>`
      select round, carried, sealed_at is not null as sealed, closed_at is not null as closed from evidence_round
      where account_id = ${account} and verification_id = ${id} order by round`.execute(panel.database)
  ).rows;

const itemsOf = ({ evidence }: { evidence: { items: readonly { kind: string; sha256: string }[] } }) =>
  Object.fromEntries(evidence.items.map(({ kind, sha256 }) => [kind, sha256]));

test('the document alone is taken again: told anew when it is assessed, and what was sent first stays', async () => {
  const desk = await atTheDesk();
  const first = caseDetailSchema.parse((await desk.operator.get(`${desk.at}/requests/${desk.id}/case`)).json);
  const told = await toldOf(desk, 4);
  const before = told.at(-1)!;
  assert.equal(before.status, '5001');
  const credits = (await desk.caller.call('GetCreditos')).fields['Cred'];

  const link = await askAgain(desk, { scope: 'document', reason: 'document-glare' }, desk.firstLink);
  assert.equal((await desk.caller.call('GetCreditos')).fields['Cred'], credits, 'a company pays once');
  assert.equal((await reportOf(desk))['Estado'], '5001');
  const old = await capture.applicant(desk.firstLink).state();
  assert.deepEqual([old.at, old.at === 'stopped' && old.reason], ['stopped', 'used'], 'the old link is dead');
  assert.equal((await capture.applicant(desk.firstLink).refused('start', {
    consent: { textVersion: 'x', language: 'es' }, device: { browser: 'b', system: 's', display: 'd' },
  })).problem, 'link-stopped'); // prettier-ignore
  const gone = await desk.operator.post(`${desk.at}/desk/next`, { queue: 'desk' });
  assert.deepEqual(gone.json, { case: null }, 'the case has left the queue');

  const applicant = capture.applicant(link);
  const welcome = await applicant.state();
  assert.deepEqual(welcome.at === 'welcome' && welcome.retake, { scope: 'document', reason: 'document-glare' });
  const begun = await applicant.start();
  assert.ok(begun.at === 'capturing');
  assert.deepEqual([begun.wanted, begun.pieces.face.is, begun.pieces.front.is], ['document-kind', 'good', 'missing']);
  const other = capture.applicant(link);
  assert.equal((await other.state()).at, 'elsewhere', 'bound to whoever consented first');
  assert.equal((await applicant.refused('face/begin', { mediaType: 'video/webm', track: { label: '', settings: {}, capabilities: null } })).problem, 'not-now'); // prettier-ignore
  await sides(applicant);
  await capture.restart();
  const again = await capture.applicant(link);
  again.takeKeyOf(applicant);
  await send(again);
  assert.equal((await reportOf(desk))['Estado'], '5001');
  assert.equal(resultOf(await reportOf(desk))['DNIAnverso'], '12345678Z', 'what was found first stands meanwhile');
  await steps.assessedAgain(placeOf(desk), { outcome: 'review', documentNumber: '87654321X' });

  const all = await toldOf(desk, told.length + 1);
  assert.deepEqual(
    all.map(({ status }) => status),
    ['3000', '3003', '5000', '5001', '5001'],
  );
  const last = all.at(-1)!;
  assert.notEqual(last.webhookId, before.webhookId, 'an event of its own');
  const numberIn = ({ body }: { body: string }) => (JSON.parse(body) as { DNIAnverso: string }).DNIAnverso;
  assert.deepEqual([numberIn(before), numberIn(last)], ['12345678Z', '87654321X']);
  assert.equal((await reportOf(desk))['DNIAnverso'], '87654321X');
  assert.deepEqual(await capture.events(String(desk.id)), [
    'invited', 'opened', 'back-asked', 'submitted', 'assessed', 'retake-asked', 'retaking', 'retaken', 'assessed',
  ]); // prettier-ignore

  const held = await take(desk);
  assert.deepEqual(held.case.rounds.map(({ round }) => round), [1, 2]); // prettier-ignore
  assert.deepEqual([held.case.round, held.case.document?.numberOnFront], [2, '87654321X']);
  assert.deepEqual(
    held.case.retakes.map(({ scope, reason, ended }) => [scope, reason, ended?.as]),
    [['document', 'document-glare', 'assessed']],
  );
  const [one, two] = [itemsOf(first), itemsOf(held.case)];
  assert.equal(two['face-video'], one['face-video'], 'the face is carried over');
  assert.ok(two['front'] !== one['front'] && two['back'] !== one['back']);
  const shownFirst = caseDetailSchema.parse(
    (await desk.operator.get(`${desk.at}/requests/${desk.id}/case?round=1`)).json,
  );
  assert.deepEqual([shownFirst.round, shownFirst.document?.numberOnFront], [1, '12345678Z']);
  assert.deepEqual(itemsOf(shownFirst), one);
  const pictures = await Promise.all(
    ['', '?round=1'].map((query) => desk.operator.get(`${desk.at}/requests/${desk.id}/evidence/front${query}`)),
  );
  assert.deepEqual(
    pictures.map(({ status }) => status),
    [200, 200],
  );
  assert.notEqual(pictures[0]!.text, pictures[1]!.text);
  const [face] = (await sql<{ count: number }>`
    select count(*)::integer as count from evidence_item where verification_id = ${desk.id} and kind = 'face-video'`.execute(panel.database)).rows; // prettier-ignore
  assert.equal(face!.count, 1, 'by reference, not copied');

  // A callback that is asked for again says what was true when it was first told.
  const { browser: administrator } = await panel.signUp(`again-${desk.account}`, 'administrator', desk.account);
  const firstAssessed = before.webhookId.split('_').at(-1)!;
  const resent = await administrator.post(`${desk.at}/requests/${desk.id}/callbacks/${firstAssessed}/resend`, {});
  assert.equal(resent.status, 200, resent.text);
  const repeated = (await toldOf(desk, all.length + 1)).at(-1)!;
  assert.deepEqual([repeated.webhookId, numberIn(repeated)], [before.webhookId, '12345678Z']);

  await desk.operator.post(`${desk.at}/desk/cases/${desk.id}/rule`, { decision: 'reject', reason: 'not-live' });
  panel.clock.turn(10_000);
  await steps.reaches(placeOf(desk), 'rejected');
  assert.equal((await toldOf(desk, all.length + 2)).at(-1)!.status, '5500');

  // Forgetting takes every round: one key, and what was found in each.
  const blobs = folderBlobs(path.join(capture.folder, 'evidence'));
  const erased = await eraseEvidence(erasureParts(panel.database, blobs, panel.clock.now), placeOf(desk), 'the test');
  assert.ok(erased.ok);
  const { rows: left } = await sql<{ document: unknown }>`
    select assessment -> 'document' as document from verification_round where verification_id = ${desk.id}
    union all select assessment -> 'document' from verification where verification_id = ${desk.id}`.execute(
    panel.database,
  );
  assert.deepEqual(left, [{ document: null }, { document: null }]);
  for (const round of [1, 2])
    for (const { itemNumber } of (await capture.evidence.sealedRound(placeOf(desk), round))!.items) {
      const opened = await capture.evidence.open(placeOf(desk), itemNumber);
      assert.equal(opened.ok || opened.refusal.kind, 'evidence-erased');
    }
});

test('the face alone is taken again, with chances of its own; earlier films count as seen', async () => {
  const desk = await atTheDesk();
  const link = await askAgain(desk, { scope: 'face', reason: 'face-covered' }, desk.firstLink);
  const applicant = capture.applicant(link);
  const begun = await applicant.start();
  assert.ok(begun.at === 'capturing' && begun.documentKind !== undefined);
  assert.deepEqual([begun.wanted, begun.faceAttemptsLeft], ['face', 3]);
  assert.equal((await applicant.refused('documents/front', await picture('#111111'), { 'content-type': 'image/jpeg' })).problem, 'not-now'); // prettier-ignore
  const filmed = await applicant.film({ recording: recordingBytes });
  await filmed.finish();
  await send(applicant);
  const [one, two] = await seals(desk);
  assert.deepEqual([one!.sealed, two!.sealed, two!.carried.length], [true, true, 2]);
  // All is green now, and the policy of the account lets that suffice, as it would have the first time.
  await steps.assessedAgain(placeOf(desk), { outcome: 'pass' });
  const approved = await steps.reaches(placeOf(desk), 'approved');
  assert.equal('ruling' in approved && approved.ruling.by.kind, 'policy');
});

test('whoever never comes: the case is back as it was, the desk says so, and nobody is told', async () => {
  const desk = await atTheDesk();
  const link = await askAgain(desk, { scope: 'all', reason: 'too-dark' }, desk.firstLink);
  const applicant = capture.applicant(link);
  await applicant.start();
  const filmed = await applicant.film({ recording: recordingBytes });
  await filmed.finish();
  await runOut(desk);
  const back = await anotherDay(desk);
  const stopped = await capture.applicant(link).state();
  assert.deepEqual([stopped.at, stopped.at === 'stopped' && stopped.reason], ['stopped', 'expired']);
  assert.deepEqual(await seals(desk), [
    { round: 1, carried: [], sealed: true, closed: false },
    { round: 2, carried: [], sealed: false, closed: true },
  ]);
  const held = await take(back);
  assert.deepEqual([held.case.round, held.case.rounds.length, held.retake], [1, 1, 'possible']);
  assert.equal(held.case.retakes[0]!.ended?.as, 'expired');
  assert.equal((await toldOf(desk, 4)).length, 4);
  assert.equal((await capture.events(String(desk.id))).at(-1), 'retake-lapsed');

  // Once more, and then no more.
  const second = await askAgain(back, { scope: 'face', reason: 'unclear' }, link);
  assert.notEqual(second, link);
  await runOut(desk);
  const last = await anotherDay(desk);
  assert.equal((await take(last)).retake, 'retaken-too-often');
  const refused = await last.operator.post(`${desk.at}/desk/cases/${desk.id}/rule`, {
    decision: 'retake',
    scope: 'face',
    reason: 'unclear',
  });
  assert.deepEqual([refused.status, refused.json['why']], [409, 'retaken-too-often']);
});

test('a company cancels meanwhile; what was found stays told; the link is dead', async () => {
  const desk = await atTheDesk();
  const link = await askAgain(desk, { scope: 'all', reason: 'unclear' }, desk.firstLink);
  const applicant = capture.applicant(link);
  await applicant.start();
  assert.equal((await desk.caller.call('CancelarIdentidad', { Id: String(desk.id) })).fields['Res'], 1);
  const report = await reportOf(desk);
  assert.deepEqual([report['Estado'], report['EstadoEnvio'], report['DNIAnverso']], ['5001', 'Cancelado', '12345678Z']);
  const state = await capture.applicant(link).state();
  assert.deepEqual([state.at, state.at === 'stopped' && state.reason], ['stopped', 'cancelled']);
  assert.equal((await applicant.refused('document-kind', { kind: 'passport' })).problem, 'link-stopped');
});

test('the link of a retake is sent again like any other, and taken back a retake leaves no trace on the phone', async () => {
  const desk = await atTheDesk();
  const rule = { decision: 'retake', scope: 'document', reason: 'document-blurred' };
  assert.equal((await desk.operator.post(`${desk.at}/desk/cases/${desk.id}/rule`, rule)).status, 200);
  panel.clock.turn(9000);
  const undone = await desk.operator.post(`${desk.at}/desk/cases/${desk.id}/undo`, {});
  assert.equal(heldCaseSchema.parse(undone.json).case.id, String(desk.id));
  panel.clock.turn(10_000);
  const wrong = { decision: 'retake', scope: 'document', reason: 'face-covered' };
  assert.equal((await desk.operator.post(`${desk.at}/desk/cases/${desk.id}/rule`, wrong)).status, 400);
  const link = await askAgain(desk, { scope: 'document', reason: 'document-blurred' }, desk.firstLink);
  const detail = requestDetailSchema.parse((await desk.operator.get(`${desk.at}/requests/${desk.id}`)).json);
  assert.deepEqual([detail.request.state, detail.mayResend, detail.mayCancel], ['retake-asked', true, true]);
  assert.deepEqual(detail.invitations.map(({ number }) => number), [1, 2]); // prettier-ignore
  assert.equal((await desk.caller.call('ReenviarIdentidad', { Id: String(desk.id) })).fields['Res'], 1);
  const resent = await capture.linkTo(desk.phone, link);
  const [older, newer] = [capture.applicant(link), capture.applicant(resent)];
  await newer.start();
  assert.equal((await older.state()).at, 'elsewhere');
  const { rows } = await sql<{ action: string; detail: Record<string, unknown> }>`
    select action, detail from audit_entry where account_id = ${desk.account} and object = ${`verification ${desk.id}`}
      and action in ('desk.ruled', 'desk.settled', 'desk.undone') order by entry_number`.execute(panel.database);
  assert.deepEqual(
    rows.map(({ action, detail: said }) => [action, said['decision'] ?? said['as'], said['scope'], said['reason']]),
    [
      ['desk.ruled', 'retake', 'document', 'document-blurred'],
      ['desk.undone', undefined, undefined, undefined],
      ['desk.ruled', 'retake', 'document', 'document-blurred'],
      ['desk.settled', 'retake-asked', undefined, undefined],
    ],
  );
});
