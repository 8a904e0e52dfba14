// What was ruled survives the process that was to carry it out, and is carried out or taken back, never both.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { callbackSetupSchema } from '../../src/panel/callback.schema.ts';
import { findVerification } from '../../src/verification/verification.store.ts';
import { TurnedClock } from '../counterparts/applicant.ts';
import { CaptureHere } from '../journeys/capture-here.ts';
import { StepsHere } from './assessed-here.ts';
import { PanelHere } from './panel-here.ts';

let capture: CaptureHere;
let panel: PanelHere;
let steps: StepsHere;
before(async () => {
  // Long before the machine's own time, which the queue goes by.
  capture = await CaptureHere.open({ clock: new TurnedClock(new Date('2026-05-04T10:00:00Z')) });
  await capture.start();
  panel = PanelHere.over(capture);
  steps = await StepsHere.over(panel);
});
after(async () => {
  await steps?.stop();
  await panel?.remove();
});

test('taken back at the very moment at which it is carried out, it is one or the other', async (t) => {
  const company = await panel.newCompany();
  const at = `accounts/${company.account}/desk`;
  const { browser } = await panel.signUp('operadora-1', 'operator', company.account);
  let undone = 0;
  for (let round = 0; round < 20; round += 1) {
    const id = await steps.assessed(company, { outcome: 'review' });
    const place = { accountId: company.account, id };
    assert.equal((await browser.post(`${at}/next`, { queue: 'desk' })).status, 200);
    await browser.post(`${at}/cases/${id}/rule`, { decision: 'reject', reason: 'not-live' });
    panel.clock.turn(9_999);
    const taking = browser.post(`${at}/cases/${id}/undo`);
    if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, round));
    panel.clock.turn(1);
    const { status } = await taking;
    if (status === 200) {
      undone += 1;
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert.equal((await findVerification(panel.database, place.accountId, id))!.state, 'assessed');
      await browser.post(`${at}/cases/${id}/rule`, { decision: 'reject', reason: 'other' });
      panel.clock.turn(10_000);
    } else assert.equal(status, 409);
    const ended = await steps.reaches(place, 'rejected');
    assert.ok('ruling' in ended);
    assert.equal(ended.ruling.rejection, status === 200 ? 'other' : 'not-live');
  }
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*)::integer as count from review_ruling where account_id = ${company.account} group by 1 order by 1`.execute(
    panel.database,
  );
  t.diagnostic(`${undone} of 20 were taken back`);
  assert.deepEqual(
    rows,
    [
      { state: 'carried-out', count: 20 },
      { state: 'undone', count: undone },
    ].filter(({ count }) => count > 0),
  );
});

test('an account without an endpoint says so, and an address inside is refused with the reason', async () => {
  const { account } = await panel.newCompany();
  const { browser } = await panel.signUp('jefa-1', 'administrator', account);
  const at = `accounts/${account}/callback-endpoint`;
  assert.deepEqual(callbackSetupSchema.parse((await browser.get(at)).json), { endpoint: null, notices: [] });
  for (const [what, body] of [
    ['test', {}],
    ['enable', {}],
    ['rotate-secret', { overlapHours: 24 }],
  ] as const)
    assert.deepEqual((await browser.post(`${at}/${what}`, body)).json, {
      problem: 'conflict',
      why: 'endpoint-missing',
    });
  const refused = await browser.post(at, {
    url: 'https://127.0.0.1/hook',
    encoding: 'json',
    payload: 'strings',
    credentials: null,
  });
  assert.deepEqual([refused.status, refused.json['at']], [422, 'url']);
  assert.equal(typeof refused.json['why'], 'string');
});

test('a ruling whose process ended before its time is carried out by the next', async () => {
  const company = await panel.newCompany();
  const at = `accounts/${company.account}/desk`;
  const { browser } = await panel.signUp('operadora-2', 'operator', company.account);
  const id = await steps.assessed(company, { outcome: 'review' });
  await browser.post(`${at}/next`, { queue: 'desk' });
  assert.equal((await browser.post(`${at}/cases/${id}/rule`, { decision: 'reject', reason: 'not-live' })).status, 200);
  await capture.restart();
  const place = { accountId: company.account, id };
  assert.equal((await findVerification(panel.database, place.accountId, id))!.state, 'assessed');
  panel.clock.turn(10_000);
  const ended = await steps.reaches(place, 'rejected');
  assert.ok('ruling' in ended && ended.ruling.rejection === 'not-live');
});
