import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import test from 'node:test';
import { Webhook } from 'standardwebhooks';
import { isSignedWith } from '../../../tests/counterparts/webhook-receiver.ts';
import { seededRandom } from '../../kernel/random.ts';
import { parseSigningSecret, secretTextOf, signatureHeaders, type SigningSecret } from './signature.ts';
import { hmacSha256, newSigningSecret } from './signing.client.ts';

const sign = (
  body: string,
  secrets: readonly SigningSecret[],
  at = new Date(),
  id = 'msg_1',
): Record<string, string> => ({
  ...signatureHeaders({ id, at, body: Buffer.from(body) }, secrets, hmacSha256),
});
const seed = Number(process.env['COTEJO_SEED'] ?? randomInt(2 ** 31));
const random = seededRandom(seed);
const below = (most: number): number => Math.floor(random() * most);
const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => below(256)));
/** Any text; what is no UTF-8 becomes such. */
const randomText = (): string => bytes(below(400)).toString(below(2) === 0 ? 'utf8' : 'base64');

test("the specification's example is signed as it prints it", () => {
  const headers = sign(
    '{"test": 2432232314}',
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' as SigningSecret],
    new Date(1_614_265_330_000),
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
  );
  assert.deepEqual(headers, {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('1,000 random bodies under random secrets are accepted by the reference library', (context) => {
  context.diagnostic(`COTEJO_SEED=${seed}`);
  for (let count = 0; count < 1000; count++) {
    const secret = secretTextOf(bytes(24 + below(41))) as SigningSecret;
    const body = randomText();
    assert.ok(isSignedWith(secret, body, sign(body, [secret])), `${secret} ${JSON.stringify(body)}`);
  }
});

test('1,000 mutations of a body or a header are not', (context) => {
  const mutate = (text: string): string => {
    const at = below(text.length);
    const other = String.fromCharCode(33 + ((text.charCodeAt(at) - 33 + 1 + below(89)) % 90));
    const pieces = [other, '', `${text[at]!}${other}`] as const;
    return `${text.slice(0, at)}${pieces[below(3)]!}${text.slice(at + 1)}`;
  };
  let mutations = 0;
  while (mutations < 1000) {
    const secret = secretTextOf(bytes(32)) as SigningSecret;
    const body = JSON.stringify({ text: randomText(), number: below(1e9) });
    const headers = sign(body, [secret], new Date(), `msg_${below(1e9)}`);
    const what = (['body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'] as const)[mutations % 4]!;
    const original = what === 'body' ? body : headers[what]!;
    const mutated = mutate(original);
    // A receiver reads a time as a number, and text behind the one signature as another one: the same thing said otherwise is no forgery.
    if (what === 'webhook-timestamp' && Number.parseInt(mutated) === Number(original)) continue;
    if (mutated === original || (what === 'webhook-signature' && mutated.startsWith(`${original} `))) continue;
    const isAccepted =
      what === 'body'
        ? isSignedWith(secret, mutated, headers)
        : isSignedWith(secret, body, { ...headers, [what]: mutated });
    assert.ok(!isAccepted, `${what}: ${original} → ${mutated}`);
    mutations += 1;
  }
  context.diagnostic(`${mutations} mutations, accepted: 0; COTEJO_SEED=${seed}`);
});

test('an attempt that is older than five minutes is refused', () => {
  const secret = newSigningSecret();
  const at = (secondsAgo: number): Date => new Date(Date.now() - secondsAgo * 1000);
  assert.ok(isSignedWith(secret, '{}', sign('{}', [secret], at(290))));
  assert.ok(!isSignedWith(secret, '{}', sign('{}', [secret], at(310))));
  assert.ok(!isSignedWith(secret, '{}', sign('{}', [secret], at(-310))));
});

test('while secrets are changed both check; afterwards the new one alone', () => {
  const [old, next, foreign] = [newSigningSecret(), newSigningSecret(), newSigningSecret()];
  const during = sign('{}', [next, old]);
  assert.equal(during['webhook-signature']!.split(' ').length, 2);
  assert.deepEqual(
    [old, next, foreign].map((secret) => isSignedWith(secret, '{}', during)),
    [true, true, false],
  );
  assert.deepEqual(
    [old, next].map((secret) => isSignedWith(secret, '{}', sign('{}', [next]))),
    [false, true],
  );
});

test('secrets are 24 to 64 bytes behind whsec_', () => {
  const outcomeOf = (text: string): string => {
    const parsed = parseSigningSecret(text);
    return parsed.ok ? 'fine' : parsed.refusal.kind;
  };
  for (const length of [24, 25, 32, 63, 64]) assert.equal(outcomeOf(secretTextOf(randomBytes(length))), 'fine');
  for (const length of [0, 1, 23, 65, 200]) assert.equal(outcomeOf(secretTextOf(randomBytes(length))), 'secret-length');
  const good = secretTextOf(randomBytes(32));
  for (const text of [
    '',
    'whsec',
    good.slice(6),
    good.toUpperCase(),
    `${good}=`,
    good.slice(0, -1),
    ` ${good}`,
    `${good.slice(0, 20)} ${good.slice(20)}`,
  ])
    assert.equal(outcomeOf(text), 'secret-unreadable', text);
  assert.equal(outcomeOf(newSigningSecret()), 'fine');
  assert.equal(
    new Webhook(good).sign('a', new Date(0), 'b'),
    sign('b', [good as SigningSecret], new Date(0), 'a')['webhook-signature'],
  );
});

test('an ID that is no header value is a mistake of ours', () => {
  for (const id of ['', 'a.b', 'a b', 'a\r\nb', 'a'.repeat(65)])
    assert.throws(() => sign('{}', [newSigningSecret()], new Date(), id), RangeError);
});
