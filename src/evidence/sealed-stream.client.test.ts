import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { EvidenceDamaged } from './evidence.ts';
import { SEGMENT_BYTES, gathered, newDataKey, sealed, unsealed } from './sealed-stream.client.ts';

const SEALED_SEGMENT_BYTES = SEGMENT_BYTES + 16;
const HEADER_BYTES = 33;

const seal = (key: Uint8Array, plain: Uint8Array, context = 'a'): Promise<Buffer> =>
  gathered(sealed(key, context, [plain]));
const open = (key: Uint8Array, bytes: Uint8Array, context = 'a'): Promise<Buffer> =>
  gathered(unsealed(key, context, [bytes]));

test('bytes of any length come back, however they are cut on the way', async () => {
  const key = newDataKey();
  const lengths = [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES, 3 * SEGMENT_BYTES + 7];
  for (const length of lengths) {
    const plain = randomBytes(length);
    for (const cut of [7919, SEGMENT_BYTES, SEALED_SEGMENT_BYTES, 10_000_000]) {
      const bytes = await gathered(sealed(key, 'a', inPieces(plain, cut)));
      const segments = Math.max(1, Math.ceil(length / SEGMENT_BYTES));
      assert.equal(bytes.length, HEADER_BYTES + length + 16 * segments);
      assert.deepEqual(await gathered(unsealed(key, 'a', inPieces(bytes, cut))), plain);
    }
  }
});

test('one bit anywhere keeps it from opening', async () => {
  const key = newDataKey();
  const bytes = await seal(key, randomBytes(2 * SEGMENT_BYTES + 100));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << bit;
      await assert.rejects(open(key, flipped), EvidenceDamaged);
    }),
    { numRuns: 300 },
  );
});

test('a stream that was cut at any byte does not open', async () => {
  const key = newDataKey();
  const bytes = await seal(key, randomBytes(2 * SEGMENT_BYTES));
  const edges = [0, 1, 2].flatMap((n) => {
    const edge = HEADER_BYTES + n * SEALED_SEGMENT_BYTES;
    return [edge - 1, edge, edge + 1];
  });
  for (const end of [0, 1, 32, ...edges].filter((end) => end < bytes.length))
    await assert.rejects(open(key, bytes.subarray(0, end)), EvidenceDamaged, `cut at ${end}`);
});

test('segments do not change places, are not left out, not doubled and not added to', async () => {
  const key = newDataKey();
  const bytes = await seal(key, randomBytes(3 * SEGMENT_BYTES));
  const header = bytes.subarray(0, HEADER_BYTES);
  const [first, second, third] = [0, 1, 2].map((n) =>
    bytes.subarray(HEADER_BYTES + n * SEALED_SEGMENT_BYTES, HEADER_BYTES + (n + 1) * SEALED_SEGMENT_BYTES),
  ) as [Buffer, Buffer, Buffer];
  for (const segments of [
    [second, first, third],
    [first, third],
    [second, third],
    [third],
    [first, second],
    [first, first, second, third],
    [first, second, third, third],
    [first, second, third, Buffer.alloc(1)],
  ])
    await assert.rejects(open(key, Buffer.concat([header, ...segments])), EvidenceDamaged);
  assert.equal((await open(key, Buffer.concat([header, first, second, third]))).length, 3 * SEGMENT_BYTES);
});

test('another key, another name and another stream’s segments open nothing', async () => {
  const key = newDataKey();
  const plain = randomBytes(100);
  const bytes = await seal(key, plain);
  await assert.rejects(open(newDataKey(), bytes), EvidenceDamaged);
  await assert.rejects(open(key, bytes, 'b'), EvidenceDamaged);
  const again = await seal(key, plain);
  assert.notDeepEqual(again, bytes);
  const mixed = Buffer.concat([again.subarray(0, HEADER_BYTES), bytes.subarray(HEADER_BYTES)]);
  await assert.rejects(open(key, mixed), EvidenceDamaged);
});

test('nothing of a segment is handed out before it is authenticated', async () => {
  const key = newDataKey();
  const bytes = await seal(key, Buffer.alloc(2 * SEGMENT_BYTES, 7));
  bytes[HEADER_BYTES + SEALED_SEGMENT_BYTES + 5]! ^= 1;
  let handedOut = 0;
  await assert.rejects(async () => {
    for await (const piece of unsealed(key, 'a', [bytes])) handedOut += piece.length;
  }, EvidenceDamaged);
  assert.equal(handedOut, SEGMENT_BYTES);
});

function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
