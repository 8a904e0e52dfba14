import assert from 'node:assert/strict';
import test from 'node:test';
import { isCountryCallingCode, parsePhone, type PhoneRefusal } from './phone.ts';

type Row = readonly [
  typed: string,
  countryCallingCode: string,
  expected: { phone: string } | { refused: PhoneRefusal['kind'] },
];
const reads = (typed: string, phone: string, code = '34'): Row => [typed, code, { phone }];
const refuses = (typed: string, refused: PhoneRefusal['kind'], code = '34'): Row => [typed, code, { refused }];

const TABLE: readonly Row[] = [
  // As people write a Spanish mobile number.
  reads('34600000001', '34600000001'),
  reads('34600000000', '34600000000'),
  reads('600000001', '34600000001'),
  reads('600 000 001', '34600000001'),
  reads('600 00 00 01', '34600000001'),
  reads('6 0 0 0 0 0 0 0 1', '34600000001'),
  reads(' 600000001 ', '34600000001'),
  reads('600-000-001', '34600000001'),
  reads('600.000.001', '34600000001'),
  reads('(600) 000 001', '34600000001'),
  reads('+34600000001', '34600000001'),
  reads('+34 600 000 001', '34600000001'),
  reads('(+34) 600 000 001', '34600000001'),
  reads('+34-600-000-001', '34600000001'),
  reads('+34.600.000.001', '34600000001'),
  reads('0034600000001', '34600000001'),
  reads('00 34 600 000 001', '34600000001'),
  reads('(0034)600000001', '34600000001'),
  reads('34 600 000 001', '34600000001'),
  reads('\u00a0600\u202f000\u2009001', '34600000001'),
  reads('600\t000\t001', '34600000001'),
  reads('711234567', '34711234567'),
  reads('747123456', '34747123456'),
  // Abroad, with and without a plus sign, and from accounts of other countries.
  reads('+33 6 12 34 56 78', '33612345678'),
  reads('0033612345678', '33612345678'),
  reads('33612345678', '33612345678'),
  reads('351912345678', '351912345678'),
  reads('+351 912 345 678', '351912345678'),
  reads('447911123456', '447911123456'),
  reads('+44 (0)7911 123456', '447911123456'),
  reads('07911 123456', '447911123456', '44'),
  reads('7911123456', '447911123456', '44'),
  reads('+1 (202) 555-0123', '12025550123'),
  reads('(202) 555-0123', '12025550123', '1'),
  reads('+52 55 1234 5678', '525512345678'),
  reads('+54 9 11 2345-6789', '5491123456789'),
  reads('+376 312 345', '376312345'),
  reads('0176 12345678', '4917612345678', '49'),
  reads('600000001', '34600000001', '34'),
  reads('+34 600 000 001', '34600000001', '49'),
  reads('+34 600 000 001', '34600000001', ''),
  // Nothing, and what is no number.
  refuses('', 'phone-missing'),
  refuses('   ', 'phone-missing'),
  refuses('-().', 'phone-missing'),
  refuses('no tengo', 'phone-characters'),
  refuses('600000O01', 'phone-characters'),
  refuses('600 000 001 ext. 2', 'phone-characters'),
  refuses('600000001;', 'phone-characters'),
  refuses('600/000/001', 'phone-characters'),
  refuses('6e8', 'phone-characters'),
  refuses('34+600000001', 'phone-characters'),
  refuses('++34600000001', 'phone-characters'),
  refuses('600000001\n600000002', 'phone-characters'),
  refuses('600000001\u0000', 'phone-characters'),
  refuses('\uff16\uff10\uff10000001', 'phone-characters'),
  refuses('\u0666\u0660\u0660000001', 'phone-characters'),
  refuses('6000\u200b00001', 'phone-characters'),
  refuses('+', 'phone-characters'),
  refuses('1234', 'phone-length'),
  refuses('+0', 'phone-length'),
  refuses('1234567890123456', 'phone-length'),
  refuses('0034600000001600000001', 'phone-length'),
  // No such number.
  refuses('60000000', 'phone-not-in-plan'),
  refuses('6000000011', 'phone-not-in-plan'),
  refuses('+3460000000', 'phone-not-in-plan'),
  refuses('+346000000011', 'phone-not-in-plan'),
  refuses('+34 100 000 000', 'phone-not-in-plan'),
  refuses('+34 600 000 001 600', 'phone-not-in-plan'),
  refuses('+1 555 0123', 'phone-not-in-plan'),
  refuses('+0034600000001', 'phone-country-unknown'),
  refuses('+999 600 000 001', 'phone-country-unknown'),
  refuses('600000001', 'phone-not-in-plan', '999'),
  refuses('803123456', 'phone-country-unknown', ''),
  // Numbers that charge who reaches them.
  refuses('803 123 456', 'phone-premium'),
  refuses('806123456', 'phone-premium'),
  refuses('807123456', 'phone-premium'),
  refuses('+34 806 123 456', 'phone-premium'),
  refuses('34807123456', 'phone-premium'),
  refuses('704123456', 'phone-premium'),
  refuses('902123456', 'phone-premium'),
  refuses('+1 900 555 0123', 'phone-premium'),
  refuses('+44 7011 234567', 'phone-premium'),
  refuses('+44 909 8790123', 'phone-premium'),
  refuses('+979 123456789', 'phone-premium'),
  refuses('+881 6 12345678', 'phone-premium'),
  refuses('+882 16123456', 'phone-premium'),
  // Numbers that no SMS reaches.
  refuses('912345678', 'phone-not-mobile'),
  refuses('+34 91 234 56 78', 'phone-not-mobile'),
  refuses('900 123 456', 'phone-not-mobile'),
  refuses('+33 1 42 68 53 00', 'phone-not-mobile'),
  refuses('+54 11 2345-6789', 'phone-not-mobile'),
  refuses('020 7946 0958', 'phone-not-mobile', '44'),
];

test(`a number is read as the ${TABLE.length} rows of the table say`, () => {
  const seen = TABLE.map(([typed, code]): Row => {
    const read = parsePhone(typed, code);
    return [typed, code, read.ok ? { phone: read.value } : { refused: read.refusal.kind }];
  });
  assert.deepEqual(seen, TABLE);
});

test('what was read is read again as itself, whatever the country of the account', () => {
  for (const [, , expected] of TABLE)
    if ('phone' in expected)
      for (const code of ['34', '33', '44', '1'])
        assert.deepEqual(parsePhone(`+${expected.phone}`, code), { ok: true, value: expected.phone });
});

test('only countries have a calling code that an account may use', () => {
  const codes = ['1', '7', '34', '39', '44', '376', '971'];
  const others = ['', '0', '3', '999', '800', '881', '979', '+34', '034', '34a', '3400'];
  assert.deepEqual(codes.filter(isCountryCallingCode), codes);
  assert.deepEqual(others.filter(isCountryCallingCode), []);
});
