import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { encodeGsm7, packSeptets } from './gsm-7.ts';
import { encodeParts, encodeWhole, segmentsOf } from './segments.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const shape = (text: string): string => {
  const { encoding, parts } = segmentsOf(text);
  return `${encoding} × ${parts.length}`;
};

test('the alphabet of the standard, septet by septet', () => {
  const printed =
    '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ' +
    'ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
  const septets = [...Array.from({ length: 27 }, (_, at) => at), ...Array.from({ length: 100 }, (_, at) => at + 28)];
  assert.deepEqual([...encodeGsm7(printed)], septets);
  assert.equal(hex(encodeGsm7('\f^{}\\[~]|€')), '1b0a1b141b281b291b2f1b3c1b3d1b3e1b401b65');
});

test('septets are packed as the worked examples of the field have them', () => {
  assert.equal(hex(packSeptets(encodeGsm7('hellohello'))), 'e8329bfd4697d9ec37');
  assert.equal(hex(packSeptets(encodeGsm7('1'))), '31');
  assert.equal(hex(packSeptets(encodeGsm7('12345678'))), '31d98c56b3dd70');
});

test('one SMS holds 160 septets or 70 units, a part of several 153 or 67', () => {
  assert.deepEqual(
    [
      ['', shape('')],
      ['a × 160', shape('a'.repeat(160))],
      ['a × 161', shape('a'.repeat(161))],
      ['a × 306', shape('a'.repeat(306))],
      ['a × 307', shape('a'.repeat(307))],
      ['€ × 80', shape('€'.repeat(80))],
      ['€ × 81', shape('€'.repeat(81))],
      ['€ × 153', shape('€'.repeat(153))], // an escape never ends a part: 76 of them, 152 septets
      ['á × 70', shape('á'.repeat(70))],
      ['á × 71', shape('á'.repeat(71))],
      ['á × 134', shape('á'.repeat(134))],
      ['á × 135', shape('á'.repeat(135))],
      ['🙂 × 35', shape('🙂'.repeat(35))],
      ['🙂 × 36', shape('🙂'.repeat(36))],
      ['🙂 × 67', shape('🙂'.repeat(67))], // no pair is cut: 33 of them, 66 units
      ['ç', shape('ç')],
      ['Ç', shape('Ç')],
    ],
    [
      ['', 'gsm-7 × 1'],
      ['a × 160', 'gsm-7 × 1'],
      ['a × 161', 'gsm-7 × 2'],
      ['a × 306', 'gsm-7 × 2'],
      ['a × 307', 'gsm-7 × 3'],
      ['€ × 80', 'gsm-7 × 1'],
      ['€ × 81', 'gsm-7 × 2'],
      ['€ × 153', 'gsm-7 × 3'],
      ['á × 70', 'ucs-2 × 1'],
      ['á × 71', 'ucs-2 × 2'],
      ['á × 134', 'ucs-2 × 2'],
      ['á × 135', 'ucs-2 × 3'],
      ['🙂 × 35', 'ucs-2 × 1'],
      ['🙂 × 36', 'ucs-2 × 2'],
      ['🙂 × 67', 'ucs-2 × 3'],
      ['ç', 'ucs-2 × 1'],
      ['Ç', 'gsm-7 × 1'],
    ],
  );
});

test('parts carry the header of concatenated messages with an 8-bit reference', () => {
  const parts = encodeParts(segmentsOf('a'.repeat(161)), 0x2a);
  assert.deepEqual(
    parts.map(({ header, body }) => [hex(header!), body.length]),
    [
      ['0500032a0201', 153],
      ['0500032a0202', 8],
    ],
  );
  assert.deepEqual(encodeParts(segmentsOf('ñ€'), 7), [{ header: null, body: Uint8Array.of(0x7d, 0x1b, 0x65) }]);
  assert.deepEqual(encodeParts(segmentsOf('á🙂'), 7), [
    { header: null, body: Uint8Array.of(0, 0xe1, 0xd8, 0x3d, 0xde, 0x42) },
  ]);
  assert.throws(() => encodeParts(segmentsOf('a'.repeat(153 * 256)), 1), RangeError);
});

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'aZ0 ñ€[]^é\n'),
      fc.constantFrom('á', '🙂', '中', '👨‍👩‍👧'),
      fc.string({ unit: 'grapheme' }),
    ),
    { maxLength: 400 },
  )
  .map((pieces) => pieces.join(''));

test('cut parts join to the text, each fits, and nothing of two units is cut in two', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const segments = segmentsOf(text);
      const { encoding, parts } = segments;
      assert.equal(parts.join(''), text);
      const room = encoding === 'gsm-7' ? (parts.length === 1 ? 160 : 153) : parts.length === 1 ? 140 : 134;
      const encoded = encodeParts(segments, 1);
      for (const { body } of encoded) {
        assert.ok(body.length <= room);
        if (encoding === 'gsm-7') assert.notEqual(body.at(-1), 0x1b);
      }
      for (const part of parts) assert.equal(/[\ud800-\udbff]$/.test(part), false);
      assert.equal(hex(encodeWhole(segments)), encoded.map(({ body }) => hex(body)).join(''));
      if (encoding === 'ucs-2') {
        const read = encoded.map(({ body }) => Buffer.from(body).swap16().toString('utf16le')).join('');
        assert.equal(read, text);
      }
    }),
    { numRuns: 500 },
  );
});

test('no cut with fewer parts is possible: a part is left only when the next character does not fit', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { encoding, parts } = segmentsOf(text);
      const room = encoding === 'gsm-7' ? 153 : 67;
      parts.slice(0, -1).forEach((part, index) => {
        const next = [...parts[index + 1]!][0]!;
        const units = encoding === 'gsm-7' ? encodeGsm7(part + next).length : (part + next).length;
        assert.ok(units > room);
      });
    }),
    { numRuns: 300 },
  );
});

test('packed septets unpack to themselves with any number of fill bits', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(127), { maxLength: 160 }), fc.nat(6), (septets, fillBits) => {
      const packed = packSeptets(Uint8Array.from(septets), fillBits);
      const bits = [...packed]
        .flatMap((octet) => Array.from({ length: 8 }, (_, bit) => (octet >> bit) & 1))
        .slice(fillBits);
      const read = septets.map((_, at) =>
        bits.slice(at * 7, at * 7 + 7).reduce((sum, bit, power) => sum + (bit << power), 0),
      );
      assert.deepEqual(read, septets);
      assert.equal(packed.length, Math.ceil((septets.length * 7 + fillBits) / 8));
    }),
  );
});
