import assert from 'node:assert/strict';
import test from 'node:test';
import { blockingRule, throttleInMemory } from './throttle.ts';

function throttleAt(start = '2026-03-01T00:00:00Z') {
  let now = new Date(start);
  return {
    throttle: throttleInMemory(() => now),
    pass: (seconds: number) => (now = new Date(now.getTime() + seconds * 1000)),
  };
}

const fail = (throttle: ReturnType<typeof throttleInMemory>, address: string, user: string, times: number): void => {
  for (let count = 0; count < times; count += 1) throttle.failed(address, user);
};

test('ten failures are heard, the eleventh call is not, and the block lifts by itself at the stated time', () => {
  const { throttle, pass } = throttleAt();
  fail(throttle, '192.0.2.1', 'api-1', blockingRule.failures - 1);
  assert.equal(throttle.blockedForSeconds('192.0.2.1', 'api-1'), null);
  fail(throttle, '192.0.2.1', 'api-1', 1);
  assert.equal(throttle.blockedForSeconds('192.0.2.1', 'api-1'), blockingRule.blockedForSeconds);
  pass(blockingRule.blockedForSeconds - 1);
  assert.equal(throttle.blockedForSeconds('192.0.2.1', 'api-1'), 1);
  pass(1);
  assert.equal(throttle.blockedForSeconds('192.0.2.1', 'api-1'), null);
});

test('failing in a name never blocks that name from elsewhere, nor other names from the same address', () => {
  const { throttle } = throttleAt();
  for (let host = 0; host < 200; host += 1) fail(throttle, `192.0.2.${host}`, 'api-1', 50);
  assert.equal(throttle.blockedForSeconds('198.51.100.7', 'api-1'), null);
  throttle.succeeded('192.0.2.9', 'api-2');
  assert.equal(throttle.blockedForSeconds('192.0.2.9', 'api-2'), null);
});

test('an address that fails in many names is heard only under names that succeeded from it', () => {
  const { throttle } = throttleAt();
  throttle.succeeded('192.0.2.1', 'api-good');
  for (let user = 0; user < blockingRule.failuresOfAddress; user += 1) throttle.failed('192.0.2.1', `api-${user}`);
  assert.equal(throttle.blockedForSeconds('192.0.2.1', 'api-never-seen'), blockingRule.blockedForSeconds);
  assert.equal(throttle.blockedForSeconds('192.0.2.1', 'api-good'), null);
  assert.equal(throttle.blockedForSeconds('192.0.2.2', 'api-never-seen'), null);
});

test('a success forgets the failures before it; failures far apart never add up', () => {
  const { throttle, pass } = throttleAt();
  fail(throttle, 'a', 'u', blockingRule.failures - 1);
  throttle.succeeded('a', 'u');
  fail(throttle, 'a', 'u', blockingRule.failures - 1);
  assert.equal(throttle.blockedForSeconds('a', 'u'), null);
  pass(blockingRule.failuresWithinSeconds);
  fail(throttle, 'a', 'u', blockingRule.failures - 1);
  assert.equal(throttle.blockedForSeconds('a', 'u'), null);
});

test('asking for credits twenty times a second is stopped, once in ten seconds never is', () => {
  const { throttle, pass } = throttleAt();
  let refusedAt: number | null = null;
  for (let call = 1; call <= 100 && refusedAt === null; call += 1) {
    if (throttle.polled('a', 'u', 'credits') !== null) refusedAt = call;
    pass(0.05);
  }
  assert.equal(refusedAt, blockingRule.polls + 1);
  assert.equal(throttle.polled('a', 'u', 'certificate 7'), null);
  const patient = throttleAt();
  for (let call = 0; call < 1000; call += 1) {
    assert.equal(patient.throttle.polled('a', 'u', 'credits'), null);
    patient.pass(10);
  }
});

test('of calls sent all at once, those after the tenth failure find the door closed; a caller whose last call was good never waits', async () => {
  const { throttle } = throttleAt();
  let heard = 0;
  const failing = async (): Promise<void> => {
    const end = await throttle.turn('a', 'u');
    try {
      if (throttle.blockedForSeconds('a', 'u') !== null) return;
      await Promise.resolve();
      heard += 1;
      throttle.failed('a', 'u');
    } finally {
      end();
    }
  };
  await Promise.all(Array.from({ length: 500 }, failing));
  assert.equal(heard, blockingRule.failures);

  const other = throttleAt().throttle;
  (await other.turn('a', 'u'))();
  other.succeeded('a', 'u');
  const first = await other.turn('a', 'u');
  const second = await other.turn('a', 'u'); // the first has not ended
  first();
  second();
});
