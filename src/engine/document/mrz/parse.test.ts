import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MrzFormat } from '../document.ts';
import { layouts, verifyChecks } from './formats.ts';
import { parseMrz, type MrzFields } from './parse.ts';

const at = '2026-06-01';

type Golden = { name: string; format: MrzFormat; lines: string[]; fields: MrzFields };

const goldens: Golden[] = [
  {
    name: 'the TD3 specimen of ICAO Doc 9303-4',
    format: 'TD3',
    lines: ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
    fields: {
      documentCode: 'P',
      issuingState: 'UTO',
      documentNumber: 'L898902C3',
      personalNumber: null,
      surnames: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birthDate: '1974-08-12',
      expiryDate: '2012-04-15',
      sex: 'F',
      nationality: 'UTO',
      optionalData: ['ZE184226B'],
    },
  },
  {
    name: 'the TD1 specimen of ICAO Doc 9303-5',
    format: 'TD1',
    lines: ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'],
    fields: {
      documentCode: 'I',
      issuingState: 'UTO',
      documentNumber: 'D23145890',
      personalNumber: null,
      surnames: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birthDate: '1974-08-12',
      expiryDate: '2012-04-15',
      sex: 'F',
      nationality: 'UTO',
      optionalData: ['', ''],
    },
  },
  {
    name: 'the TD2 specimen of ICAO Doc 9303-6',
    format: 'TD2',
    lines: ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'],
    fields: {
      documentCode: 'I',
      issuingState: 'UTO',
      documentNumber: 'D23145890',
      personalNumber: null,
      surnames: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birthDate: '1974-08-12',
      expiryDate: '2012-04-15',
      sex: 'F',
      nationality: 'UTO',
      optionalData: [''],
    },
  },
  {
    name: 'the MRV-A specimen of ICAO Doc 9303-7',
    format: 'MRVA',
    lines: ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L8988901C4XXX4009078F96121096ZE184226B<<<<<<'],
    fields: {
      documentCode: 'V',
      issuingState: 'UTO',
      documentNumber: 'L8988901C',
      personalNumber: null,
      surnames: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birthDate: '1940-09-07',
      expiryDate: '1996-12-10',
      sex: 'F',
      nationality: 'XXX',
      optionalData: ['6ZE184226B'],
    },
  },
  {
    name: 'the MRV-B specimen of ICAO Doc 9303-7',
    format: 'MRVB',
    lines: ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L8988901C4XXX4009078F9612109<<<<<<<<'],
    fields: {
      documentCode: 'V',
      issuingState: 'UTO',
      documentNumber: 'L8988901C',
      personalNumber: null,
      surnames: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birthDate: '1940-09-07',
      expiryDate: '1996-12-10',
      sex: 'F',
      nationality: 'XXX',
      optionalData: [''],
    },
  },
  {
    name: 'a Spanish card: the holder’s number is optional data, the document’s is the support number',
    format: 'TD1',
    lines: ['IDESPBAA000589599999999R<<<<<<', '8001014F2501017ESP<<<<<<<<<<<7', 'ESPANOLA<ESPANOLA<<CARMEN<<<<<'],
    fields: {
      documentCode: 'ID',
      issuingState: 'ESP',
      documentNumber: 'BAA000589',
      personalNumber: '99999999R',
      surnames: 'ESPANOLA ESPANOLA',
      givenNames: 'CARMEN',
      birthDate: '1980-01-01',
      expiryDate: '2025-01-01',
      sex: 'F',
      nationality: 'ESP',
      optionalData: ['99999999R', ''],
    },
  },
  {
    name: 'a German passport: D is the whole code',
    format: 'TD3',
    lines: ['P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<', 'C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4'],
    fields: {
      documentCode: 'P',
      issuingState: 'D',
      documentNumber: 'C01X00T47',
      personalNumber: null,
      surnames: 'MUSTERMANN',
      givenNames: 'ERIKA',
      birthDate: '1964-08-12',
      expiryDate: '2027-02-28',
      sex: 'F',
      nationality: 'D',
      optionalData: [''],
    },
  },
  {
    name: 'a card of the Belgian kind: a long number goes on in the optional data',
    format: 'TD1',
    lines: ['IDBEL000590448<301<<<<<<<<<<<<', '8502016F1309102BEL850201002004', 'REINARTZ<<ULRIKE<KATIA<<<<<<<<'],
    fields: {
      documentCode: 'ID',
      issuingState: 'BEL',
      documentNumber: '00059044830',
      personalNumber: null,
      surnames: 'REINARTZ',
      givenNames: 'ULRIKE KATIA',
      birthDate: '1985-02-01',
      expiryDate: '2013-09-10',
      sex: 'F',
      nationality: 'BEL',
      optionalData: ['', '85020100200'],
    },
  },
  {
    name: 'a French card before 2021: both names in places of their own, no expiry',
    format: 'IDFRA',
    lines: ['IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<', '9409923102854CORINNE<<<<<<<6512068F4'],
    fields: {
      documentCode: 'ID',
      issuingState: 'FRA',
      documentNumber: '940992310285',
      personalNumber: null,
      surnames: 'BERTHIER',
      givenNames: 'CORINNE',
      birthDate: '1965-12-06',
      expiryDate: null,
      sex: 'F',
      nationality: null,
      optionalData: [''],
    },
  },
];

for (const { name, format, lines, fields } of goldens)
  test(`${name} parses to its fields, and its check digits hold`, () => {
    assert.deepEqual(parseMrz(format, lines, at), fields);
    const checks = verifyChecks(layouts[format], lines);
    assert.deepEqual(
      checks.filter(({ holds }) => !holds),
      [],
    );
  });

test('spans of a format never overlap and never leave its lines', () => {
  for (const layout of Object.values(layouts)) {
    const spans = [
      layout.documentCode,
      layout.issuingState,
      layout.documentNumber,
      layout.nationality,
      layout.birthDate,
      layout.sex,
      layout.expiryDate,
      ...layout.optionalData,
      ...layout.names,
      ...layout.checks.map((rule) => rule.at),
    ].filter((span) => span !== null);
    const places = spans.flatMap(({ line, from, to }) =>
      Array.from({ length: to - from + 1 }, (_, i) => `${line}:${from + i}`),
    );
    assert.equal(new Set(places).size, places.length, layout.format);
    assert.equal(places.length, layout.lines * layout.lineLength, layout.format);
  }
});

const withDates = (birth: string, expiry: string, state = 'UTO'): string[] => [
  `I<${state}D231458907<<<<<<<<<<<<<<<`,
  `${birth}0F${expiry}0${state}<<<<<<<<<<<0`,
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];

test('a birth is never in the future of the reference day', () => {
  assert.equal(parseMrz('TD1', withDates('260601', '300101'), at).birthDate, '2026-06-01');
  assert.equal(parseMrz('TD1', withDates('260602', '300101'), at).birthDate, '1926-06-02');
});

test('a Spanish card without end expires in 9999, others in their own century', () => {
  assert.equal(parseMrz('TD1', withDates('400101', '990101', 'ESP'), at).expiryDate, '9999-01-01');
  assert.equal(parseMrz('TD1', withDates('400101', '970101'), at).expiryDate, '1997-01-01');
  assert.equal(parseMrz('TD1', withDates('400101', '410101'), at).expiryDate, '2041-01-01');
});

test('days that no calendar has, and unknown parts, are no dates', () => {
  assert.equal(parseMrz('TD1', withDates('800230', '300101'), at).birthDate, null);
  assert.equal(parseMrz('TD1', withDates('80<<<<', '300101'), at).birthDate, null);
});
