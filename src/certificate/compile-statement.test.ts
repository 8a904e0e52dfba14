import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleFacts } from '../../tests/counterparts/certificate-facts.ts';
import { later } from '../kernel/instant.ts';
import type { EndedRetake } from '../verification/retake.ts';
import { compileStatement } from './compile-statement.ts';
import { statementSchema } from './statement.ts';

test('after retakes a certificate says which round was judged, and that they were asked for', () => {
  const once = exampleFacts();
  const { submittedAt, assessedAt } = once.verification;
  const asked = { scope: 'document', reason: 'document-glare', askedBy: 'somebody', invitation: 2 } as const;
  const before = { submittedAt: later(submittedAt, -400_000), assessedAt: later(submittedAt, -390_000) };
  const retakes: readonly EndedRetake[] = [
    {
      ...asked,
      askedAt: later(submittedAt, -300_000),
      ended: { as: 'expired', at: later(submittedAt, -250_000) },
      before,
    },
    { ...asked, askedAt: later(submittedAt, -200_000), ended: { as: 'assessed', at: assessedAt }, before },
  ];
  const facts = {
    ...once,
    verification: { ...once.verification, retakes },
    evidence: { ...once.evidence, round: 3 },
  };
  const statement = statementSchema.parse(compileStatement(facts));
  assert.equal(statement.evidence.round, 3);
  const own = statement.steps.map(({ name }) => name).filter((name) => /^(submitted|assessed|retake)/.test(name));
  assert.deepEqual(own, [
    'submitted', 'assessed', 'retake-asked', 'retake-missed', 'retake-asked', 'submitted', 'assessed',
  ]); // prettier-ignore
  assert.equal('round' in compileStatement(once).evidence, false);
});
