/**
 * [Note: QR codes]
 * Just enough of ISO/IEC 18004 to hand an address over to a phone: byte mode, error correction level M, versions 1 to 10 (213 bytes), the mask
 * chosen by the standard's penalties. Checked by a reader that is not ours.
 */
export type QrCode = { readonly size: number; readonly isDark: (x: number, y: number) => boolean };

/** By version from 1: codewords in all, error correction codewords in each block, blocks. ISO/IEC 18004, table 9, level M. */
const VERSIONS: readonly (readonly [total: number, correctionPerBlock: number, blocks: number])[] = [
  [26, 10, 1],
  [44, 16, 1],
  [70, 26, 1],
  [100, 18, 2],
  [134, 24, 2],
  [172, 16, 4],
  [196, 18, 4],
  [242, 22, 4],
  [292, 22, 5],
  [346, 26, 5],
];

/** Centres of the alignment patterns by version. ISO/IEC 18004, annex E. */
const ALIGNMENTS: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];

/** @throws RangeError for text of more than 213 bytes in UTF-8. */
export function qrCode(text: string): QrCode {
  const bytes = new TextEncoder().encode(text);
  const version = VERSIONS.findIndex(([total, correction, blocks], index) => {
    const dataBits = (total - correction * blocks) * 8;
    return 4 + lengthBits(index + 1) + bytes.length * 8 <= dataBits;
  });
  if (version === -1) throw new RangeError('too long for a code');
  const codewords = withCorrection(dataCodewords(bytes, version + 1), version + 1);
  const drawn = Array.from({ length: 8 }, (_, mask) => draw(codewords, version + 1, mask));
  const best = drawn.reduce((a, b) => (penaltyOf(b) < penaltyOf(a) ? b : a));
  return { size: best.length, isDark: (x, y) => best[y]?.[x] === true };
}

const lengthBits = (version: number): number => (version < 10 ? 8 : 16);

function dataCodewords(bytes: Uint8Array, version: number): number[] {
  const [total, correction, blocks] = VERSIONS[version - 1]!;
  const capacity = total - correction * blocks;
  const bits: number[] = [];
  const push = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, lengthBits(version));
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, capacity * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const codewords: number[] = [];
  for (let at = 0; at < bits.length; at += 8)
    codewords.push(bits.slice(at, at + 8).reduce((value, bit) => (value << 1) | bit, 0));
  for (let pad = 0xec; codewords.length < capacity; pad ^= 0xec ^ 0x11) codewords.push(pad);
  return codewords;
}

/** Data split into blocks, each with its Reed–Solomon codewords, interleaved. Later blocks are longer by one where it does not divide. */
function withCorrection(data: readonly number[], version: number): number[] {
  const [total, correction, count] = VERSIONS[version - 1]!;
  const generator = generatorOf(correction);
  const shortLength = Math.floor(total / count) - correction;
  const shortCount = count - (total % count);
  const blocks: number[][] = [];
  let at = 0;
  for (let block = 0; block < count; block += 1) {
    const length = shortLength + (block < shortCount ? 0 : 1);
    blocks.push(data.slice(at, at + length));
    at += length;
  }
  const corrections = blocks.map((block) => remainderOf(block, generator));
  const interleaved: number[] = [];
  for (let i = 0; i <= shortLength; i += 1)
    for (const block of blocks) if (i < block.length) interleaved.push(block[i]!);
  for (let i = 0; i < correction; i += 1) for (const codewords of corrections) interleaved.push(codewords[i]!);
  return interleaved;
}

/** Product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1. */
function product(a: number, b: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    result = (result << 1) ^ ((result >> 7) * 0x11d);
    result ^= ((b >> bit) & 1) * a;
  }
  return result;
}

/** Coefficients of (x − 2⁰)(x − 2¹)…, highest first, the leading 1 left out. */
function generatorOf(degree: number): number[] {
  const coefficients = Array.from({ length: degree }, (_, i): number => (i === degree - 1 ? 1 : 0));
  let root = 1;
  for (let i = 0; i < degree; i += 1) {
    for (let j = 0; j < degree; j += 1)
      coefficients[j] = product(coefficients[j]!, root) ^ (j + 1 < degree ? coefficients[j + 1]! : 0);
    root = product(root, 2);
  }
  return coefficients;
}

function remainderOf(data: readonly number[], generator: readonly number[]): number[] {
  const remainder = generator.map((): number => 0);
  for (const byte of data) {
    const factor = byte ^ remainder.shift()!;
    remainder.push(0);
    generator.forEach((coefficient, i) => (remainder[i]! ^= product(coefficient, factor)));
  }
  return remainder;
}

function draw(codewords: readonly number[], version: number, mask: number): boolean[][] {
  const size = 17 + 4 * version;
  const dark = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const isFixed = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const set = (x: number, y: number, isDark: boolean): void => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y]![x] = isDark;
    isFixed[y]![x] = true;
  };

  for (let i = 0; i < size; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let dy = -4; dy <= 4; dy += 1)
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
  const centres = ALIGNMENTS[version - 1]!;
  const last = centres.length - 1;
  centres.forEach((cx, i) =>
    centres.forEach((cy, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
      for (let dy = -2; dy <= 2; dy += 1)
        for (let dx = -2; dx <= 2; dx += 1) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }),
  );
  drawFormat(set, size, mask);
  if (version >= 7) drawVersion(set, size, version);

  // Two columns at a time from the right, upwards and downwards in turn; the column of the timing pattern is left out.
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i += 1)
      for (const x of [right, right - 1]) {
        const isUpwards = ((right + 1) & 2) === 0;
        const y = isUpwards ? size - 1 - i : i;
        if (isFixed[y]![x]) continue;
        const value = bit < codewords.length * 8 ? (codewords[bit >> 3]! >> (7 - (bit & 7))) & 1 : 0;
        dark[y]![x] = (value === 1) !== MASKS[mask]!(x, y);
        bit += 1;
      }
  }
  return dark;
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

type Set = (x: number, y: number, isDark: boolean) => void;

/** Level M and the mask, with their BCH code, twice. */
function drawFormat(set: Set, size: number, mask: number): void {
  let rest = mask; // level M is 00
  for (let i = 0; i < 10; i += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const bit = (i: number): boolean => ((bits >> i) & 1) === 1;
  for (let i = 0; i <= 5; i += 1) set(8, i, bit(i));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let i = 9; i < 15; i += 1) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i += 1) set(size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i += 1) set(8, size - 15 + i, bit(i));
  set(8, size - 8, true);
}

function drawVersion(set: Set, size: number, version: number): void {
  let rest = version;
  for (let i = 0; i < 12; i += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i += 1) {
    const isDark = ((bits >> i) & 1) === 1;
    const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(a, b, isDark);
    set(b, a, isDark);
  }
}

/** ISO/IEC 18004, "evaluation of data masking results": runs, blocks, false finders, balance. */
function penaltyOf(dark: readonly (readonly boolean[])[]): number {
  const size = dark.length;
  let penalty = 0;
  for (const at of [(i: number, j: number) => dark[i]![j]!, (i: number, j: number) => dark[j]![i]!])
    for (let i = 0; i < size; i += 1) {
      let run = 0;
      let line = '';
      for (let j = 0; j < size; j += 1) {
        run = j > 0 && at(i, j) === at(i, j - 1) ? run + 1 : 1;
        if (run === 5) penalty += 3;
        else if (run > 5) penalty += 1;
        line += at(i, j) ? '1' : '0';
      }
      for (const finder of ['00001011101', '10111010000'])
        for (let from = line.indexOf(finder); from !== -1; from = line.indexOf(finder, from + 1)) penalty += 40;
    }
  let count = 0;
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const here = dark[y]![x]!;
      if (here) count += 1;
      if (x + 1 < size && y + 1 < size)
        if (dark[y]![x + 1] === here && dark[y + 1]![x] === here && dark[y + 1]![x + 1] === here) penalty += 3;
    }
  return penalty + Math.floor(Math.abs((count / (size * size)) * 20 - 10)) * 10;
}
