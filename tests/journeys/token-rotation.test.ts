// A company changes its token while its program goes on calling.
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { RunningService } from '../faults/running-service.ts';
import { Caller, type Called } from './caller.ts';

const CALLS_PER_SECOND = 50;

let service: RunningService;

before(async () => {
  service = await RunningService.create();
  await service.start();
});
after(() => service?.remove());

async function newToken(account: string, ...options: readonly string[]): Promise<string> {
  const json = await service.command('account', 'token', account, ...options, '--json');
  return (JSON.parse(json) as { apiToken: string }).apiToken;
}

/** Calls at an even rate with whatever caller is the one of the moment. */
function keepCalling(callerOfNow: () => Caller): { readonly stop: () => Promise<readonly Called[]> } {
  const answers: Promise<Called>[] = [];
  let isCalling = true;
  const pacing = (async () => {
    for (const beganAt = performance.now(); isCalling; await delay(5))
      while (answers.length < ((performance.now() - beganAt) / 1000) * CALLS_PER_SECOND)
        answers.push(callerOfNow().call('VerificarIdentidad', { Telefono: String(34_620_000_000 + answers.length) }));
  })();
  return {
    async stop() {
      isCalling = false;
      await pacing;
      return Promise.all(answers);
    },
  };
}

const refusedOf = (answers: readonly Called[]): number => answers.filter(({ fields }) => fields['Res'] !== 1).length;

test(`a token is changed under ${CALLS_PER_SECOND} calls a second and no call is refused`, async (t) => {
  const created = await service.createAccount(100_000);
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const first = new Caller({ url: service.url, ...created, agent });
  let current = first;
  const calling = keepCalling(() => current);
  await delay(1000);
  const second = first.as({ apiToken: await newToken(created.account) });
  // The one who changes it has yet to tell the program: both are good meanwhile.
  await delay(1000);
  current = second;
  await delay(1000);
  const third = second.as({ apiToken: await newToken(created.account) });
  assert.equal((await first.call('VerificarIdentidad', {})).fields['Res'], -1, 'a third token ends the first');
  await delay(500);
  current = third;
  await delay(500);
  const answers = await calling.stop();
  agent.destroy();
  t.diagnostic(`${answers.length} calls while the token was changed twice, ${refusedOf(answers)} refused`);
  assert.ok(answers.length > 3.5 * CALLS_PER_SECOND);
  assert.equal(refusedOf(answers), 0);

  const fourth = third.as({ apiToken: await newToken(created.account, '--overlap', '0') });
  for (const [name, caller, res] of [
    ['second', second, -1],
    ['third', third, -1],
    ['fourth', fourth, 1],
  ] as const) {
    const { fields } = await caller.as({ localAddress: '127.0.2.1' }).call('GetCreditos');
    assert.equal(fields['Res'], res, `the ${name} token, after a change without overlap`);
  }
});
