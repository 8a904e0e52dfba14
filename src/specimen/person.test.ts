import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ageAt, controlLetter, makePerson } from './person.ts';

test('the control letter is that of published specimens', () => {
  assert.equal(controlLetter('99999999'), 'R');
  assert.equal(controlLetter('12345678'), 'Z');
  assert.equal(controlLetter('X1234567'), 'L');
  assert.equal(controlLetter('Y0000000'), 'Z');
});

test('ages count completed years', () => {
  assert.equal(ageAt('2008-06-15', '2026-06-14'), 17);
  assert.equal(ageAt('2008-06-15', '2026-06-15'), 18);
});

test('a person has a true number, an age within what was asked, and is the same again from the same seed', () => {
  const kinds = fc.constantFrom('spanish', 'resident', 'foreign');
  fc.assert(
    fc.property(fc.integer(), kinds, (seed, kind) => {
      const person = makePerson(seed, { kind, at: '2026-06-15', ages: [9, 17] });
      assert.deepEqual(makePerson(seed, { kind, at: '2026-06-15', ages: [9, 17] }), person);
      const age = ageAt(person.birthDate, '2026-06-15');
      assert.ok(age >= 9 && age <= 17);
      if (kind === 'foreign') assert.equal(person.number, null);
      else assert.equal(person.number!.at(-1), controlLetter(person.number!.slice(0, -1)));
      assert.match(
        person.number ?? '',
        kind === 'spanish' ? /^[89]\d{7}[A-Z]$/ : kind === 'resident' ? /^[XYZ]9\d{6}[A-Z]$/ : /^$/,
      );
    }),
  );
});
