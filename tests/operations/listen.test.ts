// The receiver that integrators start on their own machine, called by the code that calls receivers.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { afterEach } from 'node:test';
import { callbackOf, testCallback } from '../../src/contract/callback.ts';
import { type BodyEncoding, type BodyValue, bodyEncodings } from '../../src/notification/webhook/body.ts';
import { callbackRequest } from '../../src/notification/webhook/request.ts';
import type { SigningSecret } from '../../src/notification/webhook/signature.ts';
import { hmacSha256, newSigningSecret } from '../../src/notification/webhook/signing.client.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { sampleVerification } from '../contract/callback-requests.ts';

const root = path.join(import.meta.dirname, '../..');
const secret = newSigningSecret();
const assessed = sampleVerification;
const submitted = { ...assessed, state: 'submitted' } as unknown as Verification;

type Shown = {
  readonly number: number;
  readonly body: string;
  readonly bodyBase64: string;
  readonly fields: Readonly<Record<string, unknown>> | null;
  readonly rawHeaders: readonly (readonly [string, string])[];
  readonly isChallenge: boolean;
  readonly id: string | null;
  readonly status: string | null;
  readonly isAuthorized: boolean;
  readonly signature: { readonly kind: string };
  readonly standing: { readonly kind: string; readonly of?: number; readonly wasTaken?: boolean };
  readonly answer: number | null;
};

let running: ChildProcess | null = null;
afterEach(() => running?.kill('SIGKILL'));

/** The command as a process of its own; what it shows comes line by line. */
async function listening(...options: readonly string[]): Promise<{
  readonly url: string;
  readonly shown: () => Promise<Shown>;
  readonly stop: () => Promise<number>;
}> {
  const child = spawn(process.execPath, ['src/main.ts', 'listen', '--port', '0', '--json', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { url: address } = JSON.parse((await lines.next()).value as string) as { readonly url: string };
  const url = `${address}/callbacks`;
  return {
    url,
    shown: async () => JSON.parse((await lines.next()).value as string) as Shown,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', (code) => resolve(code ?? -1));
        child.kill('SIGINT');
      }),
  };
}

type Posting = {
  readonly fields?: Readonly<Record<string, BodyValue>>;
  readonly encoding?: BodyEncoding;
  readonly id?: string;
  readonly number?: number;
  readonly at?: Date;
  readonly credentials?: { readonly user: string; readonly password: string } | null;
  readonly secrets?: readonly SigningSecret[];
  readonly spoil?: boolean;
  readonly timeoutMs?: number;
};

async function post(url: string, posting: Posting = {}): Promise<{ readonly status: number; readonly text: string }> {
  const { fields = callbackOf(assessed, 'strings'), encoding = 'json', id = 'cb_1_299846332_6', number = 1 } = posting;
  const { at = new Date(), credentials = null, secrets = [secret], spoil = false, timeoutMs = 10_000 } = posting;
  const request = callbackRequest({ url, encoding, credentials, secrets }, fields, { id, number, at }, hmacSha256);
  const body = Buffer.from(request.body);
  if (spoil) body[body.length - 3]! ^= 1;
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(url, { method: 'POST', headers: request.headers, body, signal });
  return { status: answer.status, text: await answer.text() };
}

test('shows each encoding to the byte, with its fields, and that its signature holds', async () => {
  const { url, shown, stop } = await listening('--secret', secret);
  for (const [at, encoding] of bodyEncodings.entries()) {
    assert.equal((await post(url, { encoding, id: `cb_1_${at}` })).status, 204);
    const call = await shown();
    const fields = callbackOf(assessed, 'strings');
    const { body } = callbackRequest(
      { url, encoding, credentials: null, secrets: [] },
      fields,
      { id: 'x', number: 1, at: new Date() },
      hmacSha256,
    );
    assert.equal(call.bodyBase64, Buffer.from(body).toString('base64'), encoding);
    assert.deepEqual(call.fields, fields);
    assert.deepEqual([call.id, call.status, call.signature.kind], ['299846332', '5001', 'valid']);
    assert.ok(call.rawHeaders.some(([name, value]) => name === 'webhook-id' && value === `cb_1_${at}`));
  }
  assert.equal(await stop(), 1, 'the same status three times under different deliveries is out of order');
});

test('tells a changed body, another secret and an old call from a good one', async () => {
  const { url, shown, stop } = await listening('--secret', secret);
  const kinds: string[] = [];
  for (const posting of [
    { spoil: true },
    { secrets: [newSigningSecret()] },
    { secrets: [] },
    { at: new Date(Date.now() - 301_000) },
    {},
  ]) {
    await post(url, { ...posting, id: `cb_1_${kinds.length}` });
    kinds.push((await shown()).signature.kind);
  }
  assert.deepEqual(kinds, ['wrong', 'wrong', 'missing', 'stale', 'valid']);
  assert.equal(await stop(), 1);
});

test('tells repetitions and order, and ends well when all was well', async () => {
  const { url, shown, stop } = await listening('--secret', secret, '--refuse', '1');
  const fields = callbackOf(submitted, 'strings');
  const first = { fields, id: 'cb_1_299846332_5' };
  assert.equal((await post(url, first)).status, 503);
  assert.deepEqual((await shown()).standing, { kind: 'first' });
  assert.equal((await post(url, { ...first, number: 2 })).status, 204);
  assert.deepEqual((await shown()).standing, { kind: 'repeated', of: 1, wasTaken: false });
  assert.equal((await post(url, { ...first, number: 3 })).status, 204);
  assert.deepEqual((await shown()).standing, { kind: 'repeated', of: 1, wasTaken: true });
  assert.equal((await post(url)).status, 204);
  assert.deepEqual((await shown()).standing, { kind: 'in-order', after: 1 });
  assert.equal(await stop(), 0);
});

test('tells what comes too early and what goes backwards', async () => {
  const { url, shown, stop } = await listening('--status', '500');
  assert.equal((await post(url, { id: 'cb_a' })).status, 500);
  await shown();
  await post(url, {
    id: 'cb_b',
    fields: callbackOf({ ...assessed, state: 'validated' } as unknown as Verification, 'strings'),
  });
  assert.deepEqual((await shown()).standing, { kind: 'early', before: 1 });
  await post(url, { id: 'cb_c', fields: callbackOf(submitted, 'strings') });
  assert.deepEqual((await shown()).standing, { kind: 'backwards', after: 2 });
  assert.equal(await stop(), 1);
});

test('proves that it wants the calls, also where callbacks are refused or left hanging, and asks for its password', async () => {
  const { url, shown } = await listening('--hang', '--basic', 'ana:se:creto');
  const fields = testCallback('strings', 'a-challenge', new Date());
  assert.equal((await post(url, { fields })).status, 401);
  assert.equal((await shown()).isAuthorized, false);
  const credentials = { user: 'ana', password: 'se:creto' };
  assert.deepEqual(await post(url, { fields, credentials }), { status: 200, text: 'a-challenge' });
  assert.equal((await shown()).isChallenge, true);
  await assert.rejects(post(url, { credentials, timeoutMs: 1500 }), { name: 'TimeoutError' });
  assert.equal((await shown()).answer, null);
});

test('answers late', async () => {
  const { url } = await listening('--late', '2');
  const beganAt = performance.now();
  assert.equal((await post(url)).status, 204);
  assert.ok(performance.now() - beganAt >= 1990);
});
