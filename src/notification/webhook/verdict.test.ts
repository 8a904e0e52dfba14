import assert from 'node:assert/strict';
import test from 'node:test';
import { ok, refuse } from '../../kernel/result.ts';
import { verdictOf, type Verdict } from './verdict.ts';

const now = new Date('2027-05-01T10:00:00Z');
const answered = (status: number, retryAfter: string | null = null): Verdict =>
  verdictOf(ok({ status, retryAfter, body: '{"error":"ignored"}', isWhole: true }), now);

test('any 2xx is success; 410 is the end; everything else is to be tried again', () => {
  for (let status = 200; status < 600; status++) {
    const kind = status < 300 ? 'delivered' : status === 410 ? 'gone' : 'failed';
    assert.equal(answered(status).kind, kind, String(status));
  }
  assert.deepEqual(answered(302), { kind: 'failed', code: 'http-302', retryAfterMs: null });
});

test('Retry-After in seconds or as a date goes along; what is neither does not', () => {
  const retryAfterMs = (header: string): number | null => {
    const verdict = answered(503, header);
    return verdict.kind === 'failed' ? verdict.retryAfterMs : -1;
  };
  assert.deepEqual(
    ['120', 'Sat, 01 May 2027 10:02:00 GMT', 'Sat, 01 May 2027 09:00:00 GMT', 'soon', '-5'].map(retryAfterMs),
    [120_000, 120_000, 0, null, 0],
  );
});

test('no answer is a failure with its reason; a busy host is no attempt', () => {
  assert.deepEqual(verdictOf(refuse({ kind: 'timeout' }), now), {
    kind: 'failed',
    code: 'timeout',
    retryAfterMs: null,
  });
  assert.deepEqual(verdictOf(refuse({ kind: 'not-connected', code: 'ECONNREFUSED' }), now), {
    kind: 'failed',
    code: 'not-connected:ECONNREFUSED',
    retryAfterMs: null,
  });
  assert.deepEqual(verdictOf(refuse({ kind: 'address-not-public' }), now), {
    kind: 'failed',
    code: 'address-not-public',
    retryAfterMs: null,
  });
  assert.deepEqual(verdictOf(refuse({ kind: 'host-busy', againMs: 40 }), now), { kind: 'not-tried', againMs: 40 });
});
