import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type TestIssuing, testIssuing } from '../../tests/counterparts/issuing.ts';
import { exampleFacts } from '../../tests/counterparts/certificate-facts.ts';
import type { TsaBehaviour } from '../../tests/counterparts/tsa.ts';
import type { Log } from '../http/log.client.ts';
import type { Metrics } from '../http/metrics.client.ts';
import { certificateHandler } from './certificates.ts';

const NOW = new Date('2026-11-25T10:07:31Z');

let issuing: TestIssuing;
before(async () => void (issuing = await testIssuing(NOW)));
after(() => issuing.stop());

test('the log says which authority did what, and nothing of the person', async () => {
  const { evidence, vault, advance, parts, tsas, renew } = issuing;
  const lines: unknown[] = [];
  const outcomes: string[] = [];
  const write = (...line: unknown[]): void => void lines.push(line);
  const handle = certificateHandler({
    installation: { database: evidence.database },
    vault,
    issuing: {
      maker: { make: parts.make, renew, close: async () => {} },
      signer: { name: 'Firma', isDemonstration: false },
    },
    evidence: evidence.room,
    advance,
    enqueue: parts.enqueue,
    checkUrl: () => null,
    clock: parts.clock,
    log: { debug: write, info: write, warn: write, error: write } as unknown as Log,
    metrics: { certificateAttempted: (outcome: string) => void outcomes.push(outcome) } as unknown as Metrics,
  });
  const place = await issuing.approvedPlace();
  const job = { kind: 'issue-certificate', ...place, at: NOW } as const;
  const [first, second] = tsas.map(({ url }) => new URL(url).host);
  const behaviours: readonly [TsaBehaviour, string][] = [
    ['wrong-policy', 'policy-differs'],
    ['wrong-digest', 'time-stamp-digest-differs'],
    ['wrong-nonce', 'nonce-differs'],
    ['wrong-certificate', 'time-stamp-signature-wrong'],
    ['wrong-purpose', 'time-stamp-certificate-not-valid'],
    ['slow-clock', 'time-far-off'],
  ];
  tsas[1].behave('down');
  for (const [number, [behaviour, fault]] of behaviours.entries()) {
    tsas[0].behave(behaviour);
    await handle(job);
    assert.equal(await issuing.stateOf(place), 'approved', behaviour);
    const [sentence, { againAt, ...fields }] = lines.at(-1) as [string, Record<string, unknown>];
    assert.match(sentence, /^a certificate waits/);
    assert.ok(Date.parse(String(againAt)) > NOW.getTime());
    assert.deepEqual(fields, {
      account: place.accountId,
      verification: place.id,
      attempt: number + 1,
      hindrance: `no-time-stamp: ${first} ${fault}, ${second} no-answer`,
      durationMs: 0,
    });
  }
  tsas[1].behave('stamp');
  await handle(job);
  assert.equal(await issuing.stateOf(place), 'validated');
  assert.deepEqual(outcomes, [...behaviours.map(() => 'no-time-stamp'), 'issued']);

  const { verification } = exampleFacts(NOW);
  const text = JSON.stringify(lines);
  const ofThePerson = [
    verification.phone,
    verification.reference!,
    verification.requestedNumber!,
    verification.opening.accesses[0]!.address,
    ...Object.values(verification.assessment.document!.fields).flatMap((field) => field?.text ?? []),
  ].filter((value) => value.length > 3);
  assert.deepEqual(
    ofThePerson.filter((value) => text.includes(value)),
    [],
  );
});
