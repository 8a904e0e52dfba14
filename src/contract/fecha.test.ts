import assert from 'node:assert/strict';
import test from 'node:test';
import { parseFecha, spanishMinute } from './fecha.ts';

const now = new Date('2027-01-15T12:00:00Z');

function instant(text: string): string {
  const schedule = parseFecha(text, now);
  return schedule.ok ? schedule.value.sendAt.toISOString() : schedule.refusal.kind;
}

const wallTimes = (date: string): readonly string[] =>
  Array.from({ length: 180 }, (_, minute) => {
    const hour = 1 + Math.floor(minute / 60);
    return `${date} 0${hour}:${String(minute % 60).padStart(2, '0')}`;
  });

/** What the note in `fecha.ts` promises, worked out without a calendar: minutes since 01:00 on the wall, and since when in UTC. */
function promised(startUtc: string, minutesLater: (minute: number) => number): readonly string[] {
  return Array.from({ length: 180 }, (_, minute) =>
    new Date(Date.parse(startUtc) + minutesLater(minute) * 60_000).toISOString(),
  );
}

test('every minute of the night when the clock goes forward: what the clock skips is an hour later', () => {
  // 01:00 CET is 00:00Z. Up to 01:59 nothing happened; 02:mm does not exist and is 03:mm CEST; 03:mm CEST is 01:mm UTC.
  const expected = promised('2027-03-28T00:00:00Z', (minute) => (minute < 120 ? minute : minute - 60));
  assert.deepEqual(wallTimes('2027-03-28').map(instant), expected);
  assert.equal(instant('2027-03-28 02:30'), '2027-03-28T01:30:00.000Z');
  assert.equal(instant('2027-03-28 03:30'), '2027-03-28T01:30:00.000Z');
});

test('every minute of the night when the clock goes back: what comes twice is the first', () => {
  // 01:00 CEST is 23:00Z of the day before. 02:mm comes as CEST and as CET: the first is CEST. 03:mm is CET.
  const expected = promised('2027-10-30T23:00:00Z', (minute) => (minute < 120 ? minute : minute + 60));
  assert.deepEqual(wallTimes('2027-10-31').map(instant), expected);
  assert.equal(instant('2027-10-31 02:30'), '2027-10-31T00:30:00.000Z');
  assert.equal(instant('2027-10-31 03:00'), '2027-10-31T02:00:00.000Z');
});

test('a date is read as the contract writes it, seconds tolerated', () => {
  assert.equal(instant('2027-05-01 15:10'), '2027-05-01T13:10:00.000Z');
  assert.equal(instant(' 2027-05-01 15:10:30 '), '2027-05-01T13:10:30.000Z');
  for (const text of [
    '2027-05-01',
    '2027-05-01T15:10',
    '01/05/2027 15:10',
    '2027-02-29 10:00',
    '2027-13-01 10:00',
    '2027-05-01 24:00',
    '2027-05-01 15:60',
    '2027-05-01 15:10:60',
    '2027-5-1 15:10',
    '2027-05-01 15:10Z',
    'mañana',
    '0000-00-00 00:00',
    '20270501 1510',
    '2027-05-01  15:10',
  ])
    // prettier-ignore
    assert.equal(instant(text), 'date-unreadable', text);
});

test('past is now, more than a year ahead is refused, and the words are kept', () => {
  assert.deepEqual(parseFecha('2022-05-01 15:10', now), {
    ok: true,
    value: { sendAt: now, sendAtText: '2022-05-01 15:10' },
  });
  assert.deepEqual(parseFecha(null, now), { ok: true, value: { sendAt: now, sendAtText: null } });
  assert.equal(instant('2028-01-15 13:00'), '2028-01-15T12:00:00.000Z');
  assert.equal(instant('2028-01-15 13:01'), 'date-too-far');
  assert.equal(instant('9999-12-31 23:59'), 'date-too-far');
});

test('instants are told in Spanish time', () => {
  assert.equal(spanishMinute(new Date('2027-07-01T22:05:59Z')), '2027-07-02 00:05');
  assert.equal(spanishMinute(new Date('2027-01-01T23:00:00Z')), '2027-01-02 00:00');
});
