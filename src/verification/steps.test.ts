import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import type { Phone } from './phone.ts';
import {
  FINISH_WITHIN_MS,
  accepted,
  askedFor,
  cancelled,
  endsAt,
  invited,
  invitedAgain,
  lapsed,
  opened,
  openedAgain,
  resent,
  submitted,
  withDocumentKind,
  withPlace,
} from './steps.ts';
import {
  type Capturing,
  type Invited,
  type Opened,
  type Verification,
  askedPieces,
  milestoneOf,
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
