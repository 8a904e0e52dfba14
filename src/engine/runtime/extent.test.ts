import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatFrame, makeRecording, type RecordingToMake } from '../../../tests/make-recording.ts';
import { isCutShort, type ByteSource } from './extent.ts';

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => {
    assert.ok(start >= 0 && start < end && end <= bytes.length, 'reads stay within the file');
    return bytes.subarray(start, end);
  },
});

const make = (codec: RecordingToMake['codec'], container: RecordingToMake['container']): Promise<Uint8Array> =>
  makeRecording({
    codec,
    container,
    widthPx: 32,
    heightPx: 32,
    timesMs: [0, 40, 80],
    paint: (index) => flatFrame(32, 32, 60 + index * 40),
  });

test('whole recordings are not cut short', async () => {
  for (const container of ['mp4', 'fragmented-mp4', 'mov'] as const)
    assert.equal(isCutShort(sourceOf(await make('h264', container))), false, container);
  for (const container of ['webm', 'live-webm'] as const)
    assert.equal(isCutShort(sourceOf(await make('vp8', container))), false, container);
});

test('an MP4, and a WebM with lengths, is cut short wherever it is cut', async () => {
  for (const bytes of [await make('h264', 'mp4'), await make('vp8', 'webm')]) {
    const whole = new Set<number>();
    for (let kept = 12; kept < bytes.length; kept++)
      if (!isCutShort(sourceOf(bytes.subarray(0, kept)))) whole.add(kept);
    // What is left: a cut between two boxes of an MP4 or up to 7 bytes after, where no picture can be found afterwards.
    assert.ok(whole.size <= 8 * 4, `${whole.size} of ${bytes.length} cuts go unseen`);
  }
});

test('a live WebM is cut short unless it ends between two elements', async () => {
  const bytes = await make('vp8', 'live-webm');
  let unseen = 0;
  for (let kept = 12; kept < bytes.length; kept++) if (!isCutShort(sourceOf(bytes.subarray(0, kept)))) unseen += 1;
  // Between elements: after the header, each child of Info and Tracks is inside a known length, each block is a boundary.
  assert.ok(unseen <= 10, `${unseen} of ${bytes.length} cuts go unseen`);
});

test('other content is not judged, and hostile lengths end the walk', () => {
  assert.equal(isCutShort(sourceOf(Buffer.from('#EXTM3U\n#EXT-X-VERSION:3\n'))), false);
  assert.equal(isCutShort(sourceOf(new Uint8Array(3))), false);
  const box = (size: number, type: string): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(size);
    bytes.write(type, 4, 'latin1');
    return bytes;
  };
  assert.equal(isCutShort(sourceOf(Buffer.concat([box(8, 'ftyp'), box(0, 'mdat')]))), false); // reaches to the end
  assert.equal(isCutShort(sourceOf(Buffer.concat([box(8, 'ftyp'), box(1, 'mdat')]))), true); // 64-bit size is missing
  assert.equal(isCutShort(sourceOf(Buffer.concat([box(8, 'ftyp'), box(4, 'free')]))), false); // no step forward
  assert.equal(isCutShort(sourceOf(Buffer.from('1a45dfa3ff00000000000000', 'hex'))), false); // not an element
});
