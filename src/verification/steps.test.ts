import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import type { Phone } from './phone.ts';
import type { Assessment } from './assessment.ts';
import { MOST_RETAKES } from './retake.ts';
import {
  FINISH_WITHIN_MS,
  type Step,
  accepted,
  approved,
  askedFor,
  assessed,
  cancelled,
  documentKindNow,
  endsAt,
  expired,
  invited,
  invitedAgain,
  lapsed,
  opened,
  openedAgain,
  resent,
  retakeAsked,
  retakeBegun,
  retakeLapsed,
  retaken,
  submitted,
  withDocumentKind,
  withPlace,
} from './steps.ts';
import {
  type Assessed,
  type Capturing,
  type Invited,
  type Opened,
  type Verification,
  askedPieces,
  assessmentOf,
  linkedRoundOf,
  milestoneOf,
  retakesOf,
  roundOf,
} from './verification.ts';

const now = new Date('2026-11-25T10:00:00Z');
const access = (at: Date) => ({ at, address: '192.0.2.7', port: 11892 });
const device = { browser: 'Chrome 92.0', system: 'Android 11', display: '360 x 800' };

const wanted = {
  accountId: 1_000_000_001 as AccountId,
  id: 100_000_001 as VerificationId,
  phone: '34600000001' as Phone,
  sender: 'Ejemplo',
  messageTemplate: '[LINK]',
  sendAt: now,
  sendAtText: null,
  requestedNumber: null,
  reference: null,
  reservedHundredths: 100,
  linkLifetimeHours: 72,
  rehearsal: null,
};

const anInvited = (): Invited => invited(accepted(wanted, now).next, now).next;
const anOpened = (): Opened =>
  opened(anInvited(), { consent: { textVersion: '1', language: 'es' }, device, access: access(now) }, now).next;
const aCapturing = (): Capturing => askedFor(anOpened(), 'face', now)!.next;
/** An assessment that says of which round it is. */
const found = (round: number): Assessment => ({ similarityPercent: round }) as Assessment;
const anAssessed = (): Assessed =>
  assessed(submitted(withDocumentKind(aCapturing(), 'passport', now).next, now).next, found(1), now).next;

test('each piece is asked for once, in whatever order a page asks; the furthest one stays', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...askedPieces), { maxLength: 12 }), (asked) => {
      let verification: Opened | Capturing = anOpened();
      const told: string[] = [];
      for (const piece of asked) {
        const step = askedFor(verification, piece, now);
        if (step === null) continue;
        verification = step.next;
        told.push(milestoneOf(verification));
      }
      assert.equal(new Set(told).size, told.length, 'nothing is told twice');
      const order = told.map((milestone) => askedPieces.findIndex((piece) => milestone.startsWith(piece)));
      assert.deepEqual(order, [...order].sort(), 'and never backwards');
      const furthest = Math.max(-1, ...asked.map((piece) => askedPieces.indexOf(piece)));
      assert.equal(verification.state === 'capturing' ? askedPieces.indexOf(verification.asksFor) : -1, furthest);
    }),
  );
});

test('coming back is written down and is no milestone; the first access stays whatever follows', () => {
  let verification = aCapturing();
  for (let minute = 1; minute <= 200; minute += 1)
    verification = openedAgain(verification, access(later(now, minute * 60_000)), null).next;
  assert.equal(milestoneOf(verification), 'face-asked');
  assert.equal(verification.opening.accesses.length, 50);
  assert.deepEqual(verification.opening.accesses[0], access(now));
  assert.deepEqual(verification.opening.accesses.at(-1), access(later(now, 200 * 60_000)));
  assert.deepEqual(verification.opening.device, device);
  const other = { ...device, browser: 'Safari 18' };
  assert.deepEqual(openedAgain(verification, access(now), other).next.opening.device, other);
});

test('what was opened in time may be finished two hours later; a further message makes all of it last longer', () => {
  const [unopened, begun] = [anInvited(), aCapturing()];
  assert.deepEqual(endsAt(unopened), later(now, 72 * MS_PER_HOUR));
  assert.deepEqual(endsAt(begun), later(now, 72 * MS_PER_HOUR + FINISH_WITHIN_MS));
  const sentAgain = invitedAgain(begun, later(now, MS_PER_HOUR));
  assert.deepEqual(sentAgain.next, {
    ...begun,
    updatedAt: later(now, MS_PER_HOUR),
    linkExpiresAt: later(now, 73 * MS_PER_HOUR),
  });
  assert.deepEqual(
    sentAgain.jobs.map(({ kind, at }) => [kind, at]),
    [['lapse-expired', later(now, 73 * MS_PER_HOUR + FINISH_WITHIN_MS)]],
  );
});

test('what is sealed can be neither cancelled nor sent again; until then it can be both', () => {
  const sealed = submitted(aCapturing(), now);
  assert.deepEqual(
    sealed.jobs.map(({ kind }) => kind),
    ['run-engine'],
  );
  const states: readonly (readonly [Verification, boolean])[] = [
    [anInvited(), true],
    [anOpened(), true],
    [aCapturing(), true],
    [sealed.next, false],
    [lapsed(anOpened(), 'expired', now).next, false],
  ];
  for (const [verification, isOpen] of states) {
    assert.equal(cancelled(verification, now).ok, isOpen, `cancel ${verification.state}`);
    assert.equal(resent(verification, now).ok, isOpen, `resend ${verification.state}`);
  }
});

test('what ends after it was begun keeps what the applicant brought, and moves no money', () => {
  const placed = withPlace(withDocumentKind(aCapturing(), 'passport', now).next, 'declined', now).next;
  const step = lapsed(placed, 'cancelled', later(now, 1));
  assert.deepEqual(step.entries, []);
  assert.equal(step.next.asksFor, 'face');
  assert.deepEqual(step.next.opening, placed.opening);
  assert.equal(step.next.opening?.place, 'declined');
});

test('whatever is asked for again and whoever comes or does not: rounds only grow, nothing is paid, and each 5001 is told once', () => {
  const moves = ['ask', 'begin', 'send', 'assess', 'expire', 'undeliverable', 'cancel', 'resend', 'approve'] as const;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...moves), { maxLength: 40 }), (taken) => {
      let verification: Verification = anAssessed();
      const model = { asked: 0, round: 1, standing: 1, invitations: 1, open: false, told: ['assessed'] as string[] };
      let minute = 0;
      for (const move of taken) {
        const at = later(now, (minute += 1) * 60_000);
        const step = stepBy(move, verification, at);
        if (step === null) continue;
        assert.deepEqual(step.entries, [], 'a retake costs nothing');
        const [before, next]: readonly Verification[] = [verification, step.next];
        if (milestoneOf(before!) !== milestoneOf(next!)) model.told.push(milestoneOf(next!));
        if (move === 'ask')
          Object.assign(model, { asked: model.asked + 1, open: true, invitations: model.invitations + 1 });
        if (move === 'resend') model.invitations += 1;
        if (move === 'assess') Object.assign(model, { open: false, standing: model.asked + 1 });
        if (move === 'expire' || move === 'undeliverable' || move === 'cancel') model.open = false;
        verification = next!;
        assert.equal('retake' in verification, model.open, `${move}: open`);
        assert.equal(roundOf(verification), model.standing, `${move}: the round that stands`);
        assert.equal(linkedRoundOf(verification), model.asked + 1, `${move}: the round of the latest link`);
        assert.equal(verification.invitations, model.invitations);
        assert.ok(model.asked <= MOST_RETAKES);
        assert.equal(assessmentOf(verification)?.similarityPercent, model.standing, 'the assessment of that round');
      }
      for (const [index, milestone] of model.told.entries())
        assert.notEqual(milestone, model.told[index - 1], 'nothing is told twice in a row');
      assert.equal(model.told.filter((milestone) => milestone === 'assessed').length, countOf(verification) + 1);
    }),
  );

  /** Rounds that took the place of an earlier one. */
  function countOf(verification: Verification): number {
    return retakesOf(verification).filter(({ ended }) => ended.as === 'assessed').length;
  }

  function stepBy(move: (typeof moves)[number], before: Verification, at: Date): Step<Verification> | null {
    const brought = { consent: { textVersion: '1', language: 'es' }, device, access: access(at) };
    switch (move) {
      case 'ask': {
        const asked = retakeAsked(before, { scope: 'document', reason: 'too-dark', askedBy: 'somebody' }, at);
        return asked.ok ? asked.value : null;
      }
      case 'begin':
        return before.state === 'retake-asked' ? retakeBegun(before, brought, at) : null;
      case 'send':
        return before.state === 'retaking' ? retaken(before, at) : null;
      case 'assess':
        return before.state === 'retaken' ? assessed(before, found(before.retakes.length + 2), at) : null;
      case 'expire':
        return before.state === 'retake-asked' || before.state === 'retaking' ? expired(before, at) : null;
      case 'undeliverable':
        return before.state === 'retake-asked' ? retakeLapsed(before, 'undeliverable', at) : null;
      case 'cancel': {
        const gone = cancelled(before, at);
        return gone.ok ? gone.value : null;
      }
      case 'resend': {
        const again = resent(before, at);
        return again.ok ? again.value : null;
      }
      case 'approve':
        return before.state === 'assessed' ? approved(before, { kind: 'policy' }, at) : null;
    }
  }
});

test('a retake keeps what it does not ask for, and what was there before it until something better is', () => {
  const before = anAssessed();
  const wanted = { scope: 'face', reason: 'face-covered', askedBy: 'somebody' } as const;
  const asked = retakeAsked(before, wanted, later(now, 1000));
  assert.ok(asked.ok);
  assert.deepEqual(
    asked.value.jobs.map(({ kind, at }) => [kind, at]),
    [
      ['send-invitation', later(now, 1000)],
      ['lapse-expired', later(now, 1000 + 72 * MS_PER_HOUR)],
    ],
  );
  const brought = { consent: { textVersion: '2', language: 'en' }, device, access: access(later(now, 5000)) };
  const begun = retakeBegun(asked.value.next, brought, later(now, 5000)).next;
  assert.equal(documentKindNow(begun), 'passport', 'a document that is not taken again stays of its kind');
  assert.deepEqual([begun.opening.openedAt, begun.opening.consent], [before.opening.openedAt, brought.consent]);
  assert.equal(begun.opening.accesses.length, 2);
  assert.equal(askedFor(begun, 'front', now), null, 'and nobody is told which piece it is at');
  const lapsedAgain = expired(begun, later(now, 9000)).next;
  assert.ok(lapsedAgain.state === 'assessed');
  assert.deepEqual([lapsedAgain.assessment, lapsedAgain.submittedAt], [before.assessment, before.submittedAt]);
  const sent = retaken(begun, later(now, 8000)).next;
  const done = assessed(sent, found(2), later(now, 9000)).next;
  assert.deepEqual([done.submittedAt, done.assessedAt], [later(now, 8000), later(now, 9000)]);
  assert.deepEqual(done.retakes[0]!.before, { submittedAt: before.submittedAt, assessedAt: before.assessedAt });
});
