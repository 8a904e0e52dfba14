import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assignFields } from './assign-fields.ts';
import { findLabels, editDistance, likenessOf } from './find-labels.ts';
import { recogniseType } from './recognise-type.ts';
import { segmentsOf, type Segment } from './segments.ts';
import { textBox } from './text/detect.ts';
import type { SeenLine } from './text/reader.ts';
import { espDni4 } from './types/esp-dni-4.ts';
import { espDnie } from './types/esp-dnie.ts';

const at = '2026-01-01';

/** A line of print whose glyphs stand side by side; `height` of a label is about 20, of a value about 30. */
function line(text: string, x: number, y: number, height = 30): SeenLine {
  const pitch = height * 0.55;
  const width = text.length * pitch;
  const box = textBox(
    [
      [x, y - height / 2],
      [x + width, y - height / 2],
      [x + width, y + height / 2],
      [x, y + height / 2],
    ],
    0.9,
  );
  const glyphs = [...text].map((glyph, i) => ({ text: glyph, confidence: 0.95, at: (i + 0.5) / text.length }));
  return { ...box, text, confidence: 0.95, glyphs };
}
const label = (text: string, x: number, y: number): SeenLine => line(text, x, y, 20);
const segments = (lines: readonly SeenLine[]): Segment[] => segmentsOf(lines, lines);
const read = (lines: readonly SeenLine[], type = espDni4, layout = type.frontLayout): Record<string, string> => {
  const fields: Record<string, string> = {};
  for (const { field, value } of assignFields(type.fields.front, segments(lines), at, layout).fields)
    fields[field.name] = fields[field.name] === undefined ? value : `${fields[field.name]} ${value}`;
  return fields;
};

// The front of a DNI 4.0 at 1.4 px to the tenth of a millimetre, with its traps: two short numbers, the number twice.
const dni4 = [
  line('DOCUMENTO NACIONAL DE IDENTIDAD', 384, 106, 26),
  line('65004204V', 25, 160, 24),
  line('DNI 65004204V', 478, 154, 48),
  label('APELLIDOS', 473, 207),
  line('MUNOZ', 473, 235),
  line('DE LA TORRE', 473, 270),
  label('NOMBRE', 473, 311),
  line('JUAN', 473, 339),
  label('SEXO', 473, 380),
  label('NACIONALIDAD', 623, 380),
  label('NACIMIENTO', 949, 380),
  line('M', 475, 406),
  line('ESP', 626, 406),
  line('10 01 1950', 949, 406),
  label('EMISION', 473, 448),
  label('VALIDEZ', 704, 448),
  line('17 04 2018', 473, 475),
  line('17 04 2028', 706, 475),
  label('NUM SOPORTE', 473, 514),
  line('CAA023112', 476, 545),
  line('170428', 1005, 523, 24),
  line('987654', 930, 650, 44),
];
const truth = {
  documentNumber: '65004204V',
  surnames: 'MUNOZ DE LA TORRE',
  givenNames: 'JUAN',
  sex: 'M',
  nationality: 'ESP',
  birthDate: '1950-01-10',
  issueDate: '2018-04-17',
  expiryDate: '2028-04-17',
  supportNumber: 'CAA023112',
};
const without = (...texts: string[]): SeenLine[] => dni4.filter(({ text }) => !texts.includes(text));
const garbled = (changes: Record<string, string>): SeenLine[] =>
  dni4.map((one) =>
    changes[one.text] === undefined
      ? one
      : { ...line(changes[one.text]!, one.quad[0][0], one.quad[0][1] + one.heightPx / 2, one.heightPx) },
  );

describe('fields are given to their values', () => {
  test('by labels, shapes and order', () => {
    assert.deepEqual(read(dni4), truth);
  });
  test('without knowing the layout', () => {
    assert.deepEqual(read(dni4, espDni4, undefined), truth);
  });
  test('when labels are garbled', () => {
    const noisy = garbled({ APELLIDOS: 'AHLUDOS', NOMBRE: 'NOKSRI', SEXO: 'SEYO', VALIDEZ: 'VALIOEZ' });
    assert.deepEqual(read(noisy), truth);
    assert.deepEqual(read(noisy, espDni4, undefined), truth);
  });
  test('when every label of the names and of the row below is lost, by the place of the card', () => {
    const lost = without('APELLIDOS', 'NOMBRE', 'SEXO', 'NACIONALIDAD', 'NACIMIENTO', 'EMISION');
    assert.deepEqual(read(lost), truth);
  });
  test('on a picture that is turned by twelve degrees', () => {
    const [cos, sin] = [Math.cos(0.21), Math.sin(0.21)];
    const turned = dni4.map((one) => {
      const quad = one.quad.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos]) as unknown as SeenLine['quad'];
      return { ...one, ...textBox(quad, one.score) };
    });
    assert.deepEqual(read(turned), truth);
    assert.deepEqual(read(turned, espDni4, undefined), truth);
  });
  test('a label for each surname joins them in order', () => {
    const dnie = [
      label('PRIMER APELLIDO', 290, 88),
      line('GARCIA', 290, 110),
      label('SEGUNDO APELLIDO', 290, 139),
      line('LOPEZ', 290, 162),
      label('NOMBRE', 290, 190),
      line('ANA', 290, 213),
      label('SEXO', 290, 240),
    ];
    const fields = read(dnie, espDnie, undefined);
    assert.equal(fields['surnames'], 'GARCIA LOPEZ');
    assert.equal(fields['givenNames'], 'ANA');
  });
  test('a card without values has none', () => {
    assert.deepEqual(read(dni4.filter(({ heightPx }) => heightPx < 22)), {});
  });
});

describe('segments', () => {
  test('a line is cut where columns meet, and the second date stands at its own place', () => {
    const merged = { ...line('EMISION            VALIDEZ', 473, 448, 20), text: 'EMISION VALIDEZ' };
    const glyphs = merged.glyphs.filter(({ text }) => text !== ' ');
    assert.deepEqual(
      segmentsOf([{ ...merged, glyphs }], [merged]).map(({ text }) => text),
      ['EMISION', 'VALIDEZ'],
    );
  });
  test('a blank that the recogniser swallowed comes back from the distance of its neighbours', () => {
    const name = line('DE LA TORRE', 0, 0);
    const swallowed = { ...name, text: 'DELATORRE', glyphs: name.glyphs.filter(({ text }) => text !== ' ') };
    assert.deepEqual(
      segmentsOf([swallowed], [swallowed]).map(({ text }) => text),
      ['DE LA TORRE'],
    );
  });
  test('parts of one date are joined, two columns are not', () => {
    const parts = [line('10 01', 100, 50), line('1950', 205, 50), line('ESP', 500, 50)];
    assert.deepEqual(
      segments(parts).map(({ text }) => text),
      ['10 01 1950', 'ESP'],
    );
  });
});

describe('labels', () => {
  test('likeness is one less the share of letters that differ', () => {
    assert.equal(editDistance('NOMBRE', 'NOKBRE'), 1);
    assert.equal(likenessOf('SEXO', 'SEYO'), 0.75);
    assert.equal(likenessOf('', ''), 1);
  });
  test('a value is no label, however like one it is', () => {
    const found = findLabels(espDnie.fields.front, segments([label('SEXO', 0, 0), line('ESP', 0, 40, 20)]));
    assert.deepEqual(
      found.map(({ field }) => field.name),
      ['sex'],
    );
  });
});

describe('types', () => {
  const typeOf = (lines: readonly SeenLine[]): string => recogniseType([{ segments: segments(lines), mrz: null }]).slug;
  test('generations of one card are told by labels and series', () => {
    assert.equal(typeOf(dni4), 'esp-dni-4');
    const older = [
      line('DOCUMENTO NACIONAL DE IDENTIDAD', 384, 40),
      label('PRIMER APELLIDO', 290, 88),
      label('SEGUNDO APELLIDO', 290, 139),
    ];
    assert.equal(typeOf([...older, label('IDESP', 290, 240), line('AAA023112', 290, 262)]), 'esp-dnie');
    assert.equal(typeOf([...older, label('NUM SOPORT', 290, 240), line('BAA000589', 290, 262)]), 'esp-dni-3');
  });
  test('a residence permit and a page of a Spanish passport', () => {
    assert.equal(typeOf([line('PERMISO DE RESIDENCIA', 0, 0), label('NIE', 0, 60)]), 'esp-tie');
    assert.equal(typeOf([line('PASAPORTE', 0, 0), line('ESPAÑA', 300, 0)]), 'esp-passport');
  });
  test('another passport is not taken for a Spanish one, and print alone tells no foreign type', () => {
    assert.equal(typeOf([line('PASSPORT', 0, 0), line('AUSTRALIA', 300, 0)]), 'unknown');
    assert.equal(typeOf([]), 'unknown');
  });
});
