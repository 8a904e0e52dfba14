import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import test, { after, before } from 'node:test';
import { enter } from '../../src/credits/ledger.store.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { openDatabase } from '../../src/storage/database.client.ts';
import { Smsc } from '../counterparts/smsc.ts';
import { type Caller, callService, readAnswer } from './call-service.ts';
import { phoneOfCall } from './journal-client.ts';
import { judge, settled } from './oracle.ts';
import { RunningService } from './running-service.ts';

const CREDITS = 50;
const CALLS = 200;
const ROUNDS = Number(process.env['COTEJO_TEST_ROUNDS'] ?? 20);
const KEYS = 50;
const SAME_AT_ONCE = 20;

const agent = new Agent({ keepAlive: true, maxSockets: CALLS });
const smsc = new Smsc();
let service: RunningService;

before(async () => {
  const sms = { host: '127.0.0.1', port: await smsc.listen(), systemId: 'cotejo', password: 'secret' };
  service = await RunningService.create({
    COTEJO_SMS_GATEWAY: 'smpp',
    COTEJO_SMS_SETTINGS: JSON.stringify(sms),
  });
  await service.start();
});
after(async () => {
  agent.destroy();
  await service.remove();
  await smsc.close();
});

/** What `cotejo account credit` does, without a process for each round. */
const topUp = (account: AccountId): Promise<void> =>
  service.withDatabase(async (connection) => {
    const { database, close } = openDatabase(connection);
    const entry = { kind: 'top-up', hundredths: CREDITS * 100, note: 'next round' } as const;
    await database.transaction().execute((transaction) => enter(transaction, account, [entry], new Date()));
    await close();
  });

const verify = (caller: Caller, call: number, key: string | null = null, extra: object = {}): ReturnType<typeof post> =>
  post(caller, { Telefono: phoneOfCall(call), Resp: 'JSON', ...extra }, key);

async function post(caller: Caller, parameters: object, key: string | null): Promise<string> {
  const outcome = await callService(caller, 'VerificarIdentidad', parameters, { agent, key, timeoutMs: 30_000 });
  assert.ok('status' in outcome && outcome.status === 200, JSON.stringify(outcome));
  return outcome.body;
}

test(`${CALLS} calls at once on ${CREDITS} credits, ${ROUNDS} rounds: exactly ${CREDITS} accepted, each balance answered once`, async () => {
  const { account, ...credentials } = await service.createAccountMeanwhile(CREDITS);
  const caller = { url: service.url, ...credentials };
  const beganAt = performance.now();
  const everyBalance = Array.from({ length: CREDITS }, (_, at) => at);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round > 0) await topUp(Number(account) as AccountId);
    const answers = await Promise.all(
      Array.from({ length: CALLS }, (_, at) => verify(caller, round * CALLS + at).then(readAnswer)),
    );
    const accepted = answers.filter(({ Res }) => Res === 1);
    assert.equal(accepted.length, CREDITS, `round ${round}`);
    assert.equal(answers.filter(({ Res }) => Res === -2).length, CALLS - CREDITS, `round ${round}`);
    assert.deepEqual(
      accepted.map(({ Cred }) => Cred!).sort((a, b) => a - b),
      everyBalance,
      `round ${round}`,
    );
  }
  const tookMs = performance.now() - beganAt;
  const verdict = await service.withDatabase(async (connection) => {
    await settled(account, connection);
    const sent = smsc.taken.map(({ to }) => ({ to, reference: null }));
    return judge([], sent, account, connection);
  });
  process.stdout.write(
    `credits at once: ${ROUNDS} rounds of ${CALLS} calls, ${Math.round(tookMs / 1000)} s; ${JSON.stringify(verdict)}\n`,
  );
  assert.equal(verdict.accepted, ROUNDS * CREDITS);
  for (const [fault, count] of Object.entries(verdict.faults)) assert.equal(count, 0, fault);
});

test(`the same key ${SAME_AT_ONCE} times at once, ${KEYS} keys: one charge, one message, one ID, one body; another body is refused`, async () => {
  const { account, ...credentials } = await service.createAccountMeanwhile(KEYS);
  const caller = { url: service.url, ...credentials };
  const firstCall = ROUNDS * CALLS;
  const ids = new Set<string>();
  for (let key = 0; key < KEYS; key += 1) {
    const call = firstCall + key;
    const bodies = await Promise.all(Array.from({ length: SAME_AT_ONCE }, () => verify(caller, call, `key-${key}`)));
    assert.equal(new Set(bodies).size, 1, `key ${key}`);
    const { Res, ID, Cred } = readAnswer(bodies[0]!);
    assert.deepEqual([Res, Cred], [1, KEYS - 1 - key]);
    ids.add(ID!);
    const other = readAnswer(await verify(caller, call, `key-${key}`, { Referenciausuario: 'other' }));
    assert.equal(other.Res, -3);
  }
  const verdict = await service.withDatabase(async (connection) => {
    await settled(account, connection);
    const sent = smsc.taken.map(({ to }) => ({ to, reference: null }));
    return judge(
      [],
      sent.filter(({ to }) => Number(to) >= Number(phoneOfCall(firstCall))),
      account,
      connection,
    );
  });
  process.stdout.write(`same key: ${KEYS} keys × ${SAME_AT_ONCE}, ${ids.size} IDs; ${JSON.stringify(verdict)}\n`);
  assert.deepEqual([ids.size, verdict.accepted, verdict.messages], [KEYS, KEYS, KEYS]);
  for (const [fault, count] of Object.entries(verdict.faults)) assert.equal(count, 0, fault);
});
