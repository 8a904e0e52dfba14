import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { recording } from '../../../tests/corpus.ts';
import type { Finding } from '../../verification/assessment.ts';
import { isMeasured } from '../../verification/assessment.ts';
import { livenessReasons } from '../decision/liveness.ts';
import { greyOf, type Box, type Raster } from '../image/raster.ts';
import { shrinkTo } from '../image/shrink.ts';
import { cropTo } from '../image/warp.ts';
import { decodeVideo } from '../runtime/decode-video.client.ts';
import { thumbnailHeightPx, thumbnailWidthPx } from '../runtime/media.ts';
import { openModels } from '../runtime/models.client.ts';
import type { Challenge, Gesture } from './challenge.ts';
import type { FaceTrack } from './face-track.ts';
import { measureLiveness, type LivenessMeasured } from './measure.ts';
import { trackFaces, trackStill } from './track.ts';

// Real footage at ten frames a second, and what an attacker would make of it, frame by frame in memory.

const models = openModels();
const FPS = 10;

class LongEnough extends Error {}

async function framesOf(file: string, fromSeconds: number, toSeconds: number): Promise<Raster[]> {
  const frames: Raster[] = [];
  const decoded = await decodeVideo(recording(file), {
    fps: FPS,
    limits: { maxDurationMs: 300_000 },
    onFrame({ atMs, image }) {
      if (atMs >= toSeconds * 1000) throw new LongEnough();
      if (atMs >= fromSeconds * 1000) frames.push(image);
    },
  }).catch((error: unknown) => {
    if (error instanceof LongEnough) return { ok: true };
    throw error;
  });
  assert.ok(decoded.ok);
  return frames;
}

async function trackOf(frames: readonly Raster[]): Promise<FaceTrack> {
  const tracker = await trackFaces(models);
  for (const [index, image] of frames.entries()) {
    const atMs = (index * 1000) / FPS;
    tracker.onThumbnail({ atMs, luma: greyOf(shrinkTo(image, thumbnailWidthPx, thumbnailHeightPx)).luma });
    await tracker.onFrame({ index, atMs, image });
  }
  return tracker.finish();
}

const measured = (track: FaceTrack, challenge: Challenge | null = null): Promise<LivenessMeasured> =>
  measureLiveness(track, challenge, models, () => performance.now());

const scoreOf = (findings: readonly Finding[], check: string): number => {
  const found = findings.find((finding) => finding.check === `liveness/${check}`)!;
  assert.ok(isMeasured(found), `${check}: ${JSON.stringify(found)}`);
  return found.score;
};
const slugsOf = (findings: readonly Finding[], challengeGiven = false): string[] =>
  livenessReasons(findings, challengeGiven).map(({ slug }) => slug);

describe('a man who talks and turns his head', () => {
  let frames: readonly Raster[];
  let track: FaceTrack;
  /** In the recording's own time he turns to his left at 20.1 and again at 22.4 s. */
  const beganSeconds = 14;
  before(async () => {
    frames = await framesOf('cap13_edit2.webm', beganSeconds, 26);
    track = await trackOf(frames);
  });

  const asked = (...steps: readonly (readonly [Gesture, number, number])[]): Challenge => ({
    steps: steps.map(([gesture, from, to]) => ({
      gesture,
      fromMs: Math.round((from - beganSeconds) * 1000),
      toMs: Math.round((to - beganSeconds) * 1000),
    })),
  });

  test('is followed in every frame, and nothing speaks against him', async () => {
    assert.equal(track.frames.length, 120);
    assert.ok(track.frames.every(({ face }) => face !== null));
    assert.ok(track.frontal.length >= 10 && track.frontal.length < 20);
    assert.ok(track.best.length >= 5);
    const { findings } = await measured(track);
    assert.deepEqual(slugsOf(findings), []);
    assert.ok(scoreOf(findings, 'pad-rgb') > 0.75);
    assert.match(findings.find(({ check }) => check === 'liveness/pad-rgb')!.model!, /^pad-rgb@sha256:[0-9a-f]{12}$/);
  });

  test('every check reports, once, with what it cost', async () => {
    const { findings } = await measured(track);
    assert.equal(new Set(findings.map(({ check }) => check)).size, findings.length);
    assert.equal(findings.length, 15);
    assert.ok(findings.every(({ durationMs }) => durationMs >= 0));
    const silent = findings.filter((finding) => !isMeasured(finding)).map(({ check }) => check);
    assert.deepEqual(silent, ['liveness/challenge', 'liveness/flash']);
  });

  test('measures the same twice', async () => {
    const scores = async (): Promise<unknown[]> =>
      (await measured(track, asked(['turn-left', 19.5, 22]))).findings.map((finding) => ({
        ...finding,
        durationMs: 0,
      }));
    assert.deepEqual(await scores(), await scores());
  });

  test('follows a challenge that asks for his turns', async () => {
    const { findings, response } = await measured(track, asked(['turn-left', 19, 22], ['turn-left', 22, 25]));
    assert.deepEqual(
      response!.steps.map(({ verdict }) => verdict),
      ['followed', 'followed'],
    );
    assert.equal(scoreOf(findings, 'challenge'), 1);
    assert.ok(!slugsOf(findings, true).includes('challenge-failed'));
  });

  test('fails one that asks for the other side, for a nod, or too early', async () => {
    for (const challenge of [
      asked(['turn-right', 19, 22]),
      asked(['look-up', 19, 22]),
      asked(['turn-left', 14.5, 17.5]),
      asked(['turn-left', 19, 22], ['turn-right', 22, 25]),
    ]) {
      const { findings } = await measured(track, challenge);
      assert.ok(scoreOf(findings, 'challenge') < 1);
      assert.ok(slugsOf(findings, true).includes('challenge-failed'));
    }
  });

  test('seen in a mirror, his turns are to the other side', async () => {
    const mirrored = frames.slice(50, 100).map((image) => mirror(image));
    const { response } = await measured(await trackOf(mirrored), {
      steps: [{ gesture: 'turn-right', fromMs: 500, toMs: 3000 }],
    });
    assert.equal(response!.steps[0]!.verdict, 'followed');
  });

  test('shown in a loop, to and fro, or frozen, he is caught', async () => {
    const clip = track.thumbnails.slice(55, 90).map(({ luma }) => luma);
    const shown = (lumas: readonly Uint8Array[]): FaceTrack => ({
      ...track,
      thumbnails: lumas.map((luma, at) => ({ atMs: (at * 1000) / FPS, luma })),
    });
    const looped = (await measured(shown([...clip, ...clip, ...clip]))).findings;
    assert.ok(scoreOf(looped, 'loop') < 0.6);
    assert.ok(slugsOf(looped).includes('recording-looped'));
    const toAndFro = (await measured(shown([...clip, ...clip.toReversed().slice(1), ...clip.slice(1)]))).findings;
    assert.ok(scoreOf(toAndFro, 'boomerang') < 0.6);
    const frozen = (await measured(shown([...clip, ...Array.from({ length: 15 }, () => clip.at(-1)!)]))).findings;
    assert.ok(scoreOf(frozen, 'freeze') >= 1.4);
    assert.ok(slugsOf(frozen).includes('recording-looped'));
  });

  test('filmed off a bright screen in a dim room, he is an attack', async () => {
    const replayed = await trackOf(frames.slice(0, 30).map((image, at) => heldUp(image, track.frames[at]!.face!.box)));
    const { findings } = await measured(replayed);
    assert.ok(scoreOf(findings, 'bezel') >= 0.62);
    assert.ok(scoreOf(findings, 'skin-background-luma') >= 1.15);
  });

  test('as a photograph, what needs time is not measured', async () => {
    const { findings } = await measured(await trackStill(models, frames[0]!));
    const silent = findings
      .filter((finding) => !isMeasured(finding))
      .map(({ check }) => check.replace('liveness/', ''));
    assert.deepEqual(silent, ['same-person', 'loop', 'boomerang', 'freeze', 'challenge', 'flash']);
    assert.ok(slugsOf(findings, true).includes('challenge-inconclusive'));
  });
});

test('the flash is seen on skin that it lights, and not with the colours of another session', async () => {
  const frames = await framesOf('cap13_edit2.webm', 2, 8);
  const plain = await trackOf(frames);
  const colours = ['#ff0000', '#00ffff', '#ff00ff', '#00ff00', '#0000ff', '#ffff00', '#00ff00', '#ff00ff'];
  const flashed = [...colours, ...colours.toReversed()];
  const flash = { fromMs: 200, stepMs: 330, colours: flashed };
  const lit = frames.map((image, at) => {
    const { face } = plain.frames[at]!;
    const colour = flashed[Math.floor((at * 100 - flash.fromMs - 150) / flash.stepMs)];
    return face === null || colour === undefined ? image : tinted(image, face.box, colour);
  });
  const litTrack = await trackOf(lit);
  assert.ok(scoreOf((await measured(litTrack, { steps: [], flash })).findings, 'flash') >= 0.5);
  const another = { ...flash, colours: [...colours.slice(3), ...colours.slice(0, 3), ...colours.toSorted()] };
  assert.ok(scoreOf((await measured(litTrack, { steps: [], flash: another })).findings, 'flash') < 0.5);
  const { findings } = await measured(plain, { steps: [], flash });
  assert.ok(scoreOf(findings, 'flash') < 0.5);
  assert.ok(slugsOf(findings, true).includes('flash-failed'));
});

test('a man who becomes another half way is two persons, and one man in two recordings is one', async () => {
  const first = await framesOf('cap12_edit.webm', 0, 4);
  const other = await framesOf('franck.webm', 0, 4);
  const swapped = (await measured(await trackOf([...first, ...other]))).findings;
  assert.ok(scoreOf(swapped, 'same-person') < 0.15);
  assert.ok(slugsOf(swapped).includes('different-persons-in-video'));
  const same = await framesOf('cap13_edit2.webm', 0, 4);
  const cut = (await measured(await trackOf([...first, ...same]))).findings;
  assert.ok(scoreOf(cut, 'same-person') > 0.3);
});

test('two faces in the picture are noticed, and no face at all is said', async () => {
  const [one] = await framesOf('cap12_edit.webm', 0, 0.2);
  const [other] = await framesOf('franck.webm', 0, 0.2);
  const pair = besideEachOther(one!, other!);
  const crowded = (await measured(await trackOf([pair, pair, pair]))).findings;
  assert.ok(slugsOf(crowded).includes('several-faces'));
  const wall: Raster = { widthPx: 320, heightPx: 240, rgb: new Uint8Array(320 * 240 * 3).fill(120) };
  const empty = (await measured(await trackOf([wall, wall, wall]))).findings;
  assert.ok(slugsOf(empty).includes('face-not-found'));
  assert.equal(scoreOf(empty, 'face-found'), 0);
});

test('a cloth over the mouth is a covered face', async () => {
  const frames = await framesOf('cap12_edit.webm', 0, 1);
  const bare = await trackOf(frames);
  const covered = frames.map((image, at) => masked(image, bare.frames[at]!.face!.box));
  const { findings } = await measured(await trackOf(covered));
  assert.ok(slugsOf(findings).includes('face-covered'), JSON.stringify(findings.slice(0, 4)));
  assert.ok(!slugsOf((await measured(bare)).findings).includes('face-covered'));
});

function mirror(image: Raster): Raster {
  const { widthPx, heightPx } = image;
  return painted(image, (x, y, channel) => image.rgb[(y * widthPx + widthPx - 1 - x) * 3 + channel]!, {
    x0Px: 0,
    y0Px: 0,
    x1Px: widthPx,
    y1Px: heightPx,
  });
}

/** Every value of a region made anew. */
function painted(
  image: Raster,
  value: (x: number, y: number, channel: number) => number,
  { x0Px, y0Px, x1Px, y1Px }: Box,
): Raster {
  const rgb = image.rgb.slice();
  for (let y = Math.max(0, Math.ceil(y0Px)); y < Math.min(image.heightPx, y1Px); y++)
    for (let x = Math.max(0, Math.ceil(x0Px)); x < Math.min(image.widthPx, x1Px); x++)
      for (let channel = 0; channel < 3; channel++) rgb[(y * image.widthPx + x) * 3 + channel] = value(x, y, channel);
  return { ...image, rgb };
}

/** The picture as light of this colour, 4 % of what is there, makes it inside the face. */
function tinted(image: Raster, box: Box, colour: string): Raster {
  const light = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return painted(
    image,
    (x, y, channel) =>
      Math.min(
        255,
        Math.round(image.rgb[(y * image.widthPx + x) * 3 + channel]! * (1 + 0.04 * (light[channel]! - 0.5))),
      ),
    box,
  );
}

/** What surrounds the face, bright on a screen with a dark rim, in a dim room. */
function heldUp(image: Raster, face: Box): Raster {
  const [widthPx, heightPx] = [540, 400];
  const screen = { x0Px: 170, y0Px: 70, x1Px: 370, y1Px: 330 };
  const around = {
    x0Px: face.x0Px - (face.x1Px - face.x0Px) * 0.4,
    x1Px: face.x1Px + (face.x1Px - face.x0Px) * 0.4,
    y0Px: face.y0Px - (face.y1Px - face.y0Px) * 0.4,
    y1Px: face.y1Px + (face.y1Px - face.y0Px) * 0.4,
  };
  const shown = cropTo(image, around, 200, 260);
  const room: Raster = { widthPx, heightPx, rgb: new Uint8Array(widthPx * heightPx * 3).fill(60) };
  const rim = painted(room, () => 5, { x0Px: 158, y0Px: 58, x1Px: 382, y1Px: 342 });
  return painted(
    rim,
    (x, y, channel) => Math.min(255, 30 + 1.3 * shown.rgb[((y - 70) * 200 + x - 170) * 3 + channel]!),
    screen,
  );
}

function besideEachOther(left: Raster, right: Raster): Raster {
  const [widthPx, heightPx] = [left.widthPx + right.widthPx, Math.max(left.heightPx, right.heightPx)];
  const both: Raster = { widthPx, heightPx, rgb: new Uint8Array(widthPx * heightPx * 3) };
  const withLeft = painted(both, (x, y, channel) => left.rgb[(y * left.widthPx + x) * 3 + channel] ?? 0, {
    x0Px: 0,
    y0Px: 0,
    x1Px: left.widthPx,
    y1Px: left.heightPx,
  });
  return painted(withLeft, (x, y, channel) => right.rgb[(y * right.widthPx + x - left.widthPx) * 3 + channel] ?? 0, {
    x0Px: left.widthPx,
    y0Px: 0,
    x1Px: widthPx,
    y1Px: right.heightPx,
  });
}

/** A light blue cloth with folds over the lower half of the face. */
const masked = (image: Raster, box: Box): Raster =>
  painted(image, (x, y, channel) => [150, 190, 215][channel]! + 12 * Math.sin(y / 4) + (x % 3), {
    ...box,
    y0Px: box.y0Px + (box.y1Px - box.y0Px) * 0.36,
    y1Px: box.y1Px + (box.y1Px - box.y0Px) * 0.1,
  });
