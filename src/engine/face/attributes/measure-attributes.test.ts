import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { recording } from '../../../../tests/corpus.ts';
import { isMeasured } from '../../../verification/assessment.ts';
import { judgeAttributes } from '../../decision/attributes.ts';
import { cropTo } from '../../image/warp.ts';
import { decodeImage } from '../../runtime/decode-image.client.ts';
import { decodeVideo } from '../../runtime/decode-video.client.ts';
import { openModels } from '../../runtime/models.client.ts';
import { detectFaces } from '../detect.ts';
import { meshFace } from '../mesh.ts';
import type { Raster } from '../../image/raster.ts';
import { shippedAttributeModel as model } from './attribute-model.ts';
import { cropForAttributes } from './crop.ts';
import { photographGates } from './gates.ts';
import { measureAttributes, recordingPlan, type AttributeFrame } from './measure-attributes.ts';
import { measureFace } from './measure-face.ts';

const models = openModels();
const tools = { models, model, now: () => 0 };
const onePicture = { gates: photographGates, minFrames: 1, sexAgeFrames: 1 };

/** Photographs that ship with the test footage; none of them was seen by the weights. */
const picture = (name: string): string => path.join(path.dirname(recording('franck.webm')), `${name}.jpg`);

async function faceOn(image: Raster, index = 0): Promise<AttributeFrame> {
  const [detected] = await detectFaces(await models.open('face-detector'), image);
  return {
    index,
    image,
    face: { detected: detected!, mesh: await meshFace(await models.open('face-mesh'), image, detected!) },
  };
}

async function pictureFrame(name: string): Promise<AttributeFrame> {
  const decoded = await decodeImage(picture(name));
  assert.ok(decoded.ok);
  return faceOn(decoded.value);
}

const answersTo = async (frame: AttributeFrame) =>
  judgeAttributes((await measureAttributes([frame], tools, onePicture)).measured, model);

let frames: AttributeFrame[] = [];

before(async () => {
  const images: Raster[] = [];
  const decoded = await decodeVideo(recording('cap13_edit2.webm'), {
    fps: 1,
    onFrame: ({ image }) => void images.push(image),
  });
  assert.ok(decoded.ok);
  frames = await Promise.all(images.slice(0, 7).map((image, index) => faceOn(image, index)));
});

test('a bare-faced man on a recording gets no for all that he does not wear, and his sex and an age range', async () => {
  const { measured, findings } = await measureAttributes(frames, tools);
  const { beard, moustache, readingGlasses, sunglasses, sex, ageRange } = judgeAttributes(measured, model);
  assert.equal(beard.answer, 'no');
  assert.equal(moustache.answer, 'no');
  assert.equal(sunglasses.answer, 'no');
  assert.notEqual(readingGlasses.answer, 'yes');
  assert.deepEqual(sex, { value: 'male', probabilityPercent: 99 });
  assert.equal(ageRange!.toYears - ageRange!.fromYears, 20);
  assert.deepEqual(
    findings.map(({ check }) => check),
    ['glasses', 'sunglasses', 'beard', 'moustache', 'sex', 'age'].map((name) => `attributes/${name}`),
  );
  assert.ok(findings.every((finding) => isMeasured(finding)));
});

test('the same frames give the same numbers again', async () => {
  assert.deepEqual(await measureAttributes(frames, tools), await measureAttributes(frames, tools));
});

test('fewer than five frames leave everything open, and say so', async () => {
  const { measured, findings } = await measureAttributes(frames.slice(0, 4), tools);
  const answers = judgeAttributes(measured, model);
  assert.deepEqual(answers.beard, { answer: 'not-measurable', reason: 'too-few-frames' });
  assert.deepEqual([answers.sex, answers.sexReason], [null, 'too-few-frames']);
  assert.deepEqual([answers.ageRange, answers.ageReason], [null, 'too-few-frames']);
  assert.ok(findings.every((finding) => !isMeasured(finding) && finding.inconclusive === 'too-few-frames'));
});

test('faces too small to measure are left open for that reason', async () => {
  const small = frames.map(({ image, face, index }) => {
    const [widthPx, heightPx] = [image.widthPx / 2, image.heightPx / 2];
    const whole = { x0Px: 0, y0Px: 0, x1Px: image.widthPx, y1Px: image.heightPx };
    const points = face.mesh.points.map((value) => value / 2);
    return {
      index: index!,
      image: cropTo(image, whole, widthPx, heightPx),
      face: { ...face, mesh: { ...face.mesh, points } },
    };
  });
  const { measured } = await measureAttributes(small, tools, recordingPlan);
  assert.equal(judgeAttributes(measured, model).moustache.reason, 'too-small');
});

test('glasses, beard and moustache are seen on a man who has all three', async () => {
  const { readingGlasses, sunglasses, beard, moustache, sex } = await answersTo(await pictureFrame('walter2_crop'));
  assert.deepEqual(
    [readingGlasses, sunglasses, beard, moustache].map(({ answer }) => answer),
    ['yes', 'no', 'yes', 'yes'],
  );
  assert.equal(sex?.value, 'male');
});

test('a white beard is seen by its lost hue, though it is no darker than skin', async () => {
  const { beard, moustache } = await answersTo(await pictureFrame('sean_guru2_crop'));
  assert.deepEqual([beard.answer, moustache.answer], ['yes', 'yes']);
  assert.ok(beard.score! < model.beard.yesFrom);
});

test('a woman without any of it gets no, whatever her make-up', async () => {
  for (const name of ['audrey', 'ri_1_crop']) {
    const { readingGlasses, sunglasses, beard, moustache, sex } = await answersTo(await pictureFrame(name));
    for (const { answer } of [readingGlasses, sunglasses, beard, moustache]) assert.equal(answer, 'no');
    assert.equal(sex?.value, 'female');
  }
});

test('lenses painted black are sunglasses, not reading glasses', async () => {
  const frame = await pictureFrame('walter2_crop');
  const rgb = frame.image.rgb.slice();
  const { widthPx, heightPx } = frame.image;
  const { points } = frame.face.mesh;
  for (const eye of [
    [33, 133],
    [362, 263],
  ] as const) {
    const [cx, cy] = [0, 1].map((axis) => (points[eye[0] * 3 + axis]! + points[eye[1] * 3 + axis]!) / 2) as [
      number,
      number,
    ];
    const radius = Math.abs(points[eye[0] * 3]! - points[eye[1] * 3]!) * 0.85;
    for (let y = 0; y < heightPx; y++)
      for (let x = 0; x < widthPx; x++)
        if (((x - cx) / radius) ** 2 + ((y - cy - radius / 4) / (radius * 0.8)) ** 2 < 1)
          rgb.fill(12, (y * widthPx + x) * 3, (y * widthPx + x + 1) * 3);
  }
  const { sunglasses, readingGlasses } = await answersTo({ ...frame, image: { widthPx, heightPx, rgb } });
  assert.equal(sunglasses.answer, 'yes');
  assert.equal(readingGlasses.answer, 'no');
});

test('a cloth over the lower face leaves all of it open as covered', async () => {
  const frame = await pictureFrame('audrey');
  const rgb = frame.image.rgb.slice();
  const { widthPx, heightPx } = frame.image;
  const fromY = Math.round(frame.face.mesh.points[5 * 3 + 1]!) - 12;
  for (let at = fromY * widthPx * 3; at < rgb.length; at += 3) rgb.set([170, 190, 225], at);
  const answers = await answersTo({ ...frame, image: { widthPx, heightPx, rgb } });
  for (const { reason } of [answers.beard, answers.moustache, answers.readingGlasses, answers.sunglasses])
    assert.equal(reason, 'covered');
  assert.equal(answers.sexReason, 'covered');
});

test('brightness hardly moves what is measured, because all of it is ratios', async () => {
  const frame = await pictureFrame('franck_02221');
  const darker = { ...frame.image, rgb: frame.image.rgb.map((value) => value * 0.6) };
  const as = measureFace(frame.image, frame.face.mesh)!;
  const dark = measureFace(darker, frame.face.mesh)!;
  assert.ok(Math.abs(as.hair.jowl!.brightness - dark.hair.jowl!.brightness) < 0.06);
  assert.ok(Math.abs(as.sunglasses.underEyes! - dark.sunglasses.underEyes!) < 0.06);
});

test('the crop puts the eyes 80 px apart on its row 100, and knows where the picture ends', async () => {
  const { image, face } = await pictureFrame('walter2_crop');
  const { points, inFrame, eyeDistancePx } = cropForAttributes(image, face.mesh);
  const eyeX = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + points[id * 2]! / ids.length, 0);
  assert.ok(Math.abs(eyeX([263, 362, 386, 374]) - eyeX([33, 133, 159, 145]) - 80) < 6);
  assert.ok(eyeDistancePx > 28);
  assert.equal(inFrame[0], 0);
  assert.equal(inFrame[150 * 256 + 128], 1);
});
