import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { consequenceOf } from './decision.ts';
import { byUrgency, headStartMs } from './queue-order.ts';

const outcomes = ['pass', 'review', 'refuse'] as const;
const decisions = ['validate', 'reject', 'retake'] as const;

test('nobody validates alone what a finding speaks against, whoever proposed what before', () => {
  for (const outcome of outcomes)
    for (const decision of decisions)
      for (const proposedBy of [null, 'a', 'b']) {
        const proposal = proposedBy === null ? null : { userId: proposedBy, at: new Date(0) };
        const consequence = consequenceOf({ decision, outcome, userId: 'a', proposal });
        const told = consequence.ok
          ? consequence.value.becomes === 'ruled'
            ? `${consequence.value.by.userId}+${consequence.value.by.confirmedByUserId ?? ''}`
            : 'proposed'
          : consequence.refusal.kind;
        const expected =
          decision !== 'validate' || outcome !== 'refuse'
            ? 'a+'
            : proposedBy === null
              ? 'proposed'
              : proposedBy === 'a'
                ? 'same-person'
                : 'b+a';
        assert.equal(told, expected, `${outcome} ${decision} ${proposedBy}`);
      }
});

test('what speaks against somebody goes first, and overtakes nobody by more than its head start', () => {
  const waiting = fc.record({
    id: fc.integer({ min: 1, max: 1_000_000 }),
    outcome: fc.constantFrom(...outcomes),
    assessedAt: fc.integer({ min: 0, max: 7_200_000 }).map((ms) => new Date(ms)),
  });
  fc.assert(
    fc.property(fc.array(waiting, { maxLength: 30 }), (cases) => {
      const ordered = byUrgency(cases);
      assert.equal(ordered.length, cases.length);
      for (const [at, before] of ordered.entries())
        for (const after of ordered.slice(at + 1)) {
          const overtakenByMs = before.assessedAt.getTime() - after.assessedAt.getTime();
          assert.ok(overtakenByMs <= headStartMs[before.outcome] - headStartMs[after.outcome]);
        }
    }),
  );
});
