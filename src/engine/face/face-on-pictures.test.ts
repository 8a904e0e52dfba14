import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recording } from '../../../tests/corpus.ts';
import { boxMap, cropTo, flipHorizontal, turnQuarters, warpAffine } from '../image/warp.ts';
import type { Raster } from '../image/raster.ts';
import { decodeImage } from '../runtime/decode-image.client.ts';
import { openModels } from '../runtime/models.client.ts';
import { alignFace } from './align.ts';
import { compareTemplates, similarityPercent } from './compare.ts';
import { detectFaces } from './detect.ts';
import { templateOf } from './embed.ts';
import { asymmetry, distance, eyeDistancePx, imageLeftEyeCentre, pointOf, rollDegrees } from './landmarks.ts';
import { locateFace } from './locate.ts';
import { meshFace, meshFromPrevious } from './mesh.ts';
import { faceQuality, poseQuality } from './quality.ts';

const models = openModels();
const detector = await models.open('face-detector');
const mesher = await models.open('face-mesh');

async function picture(file: string): Promise<Raster> {
  const image = await decodeImage(recording(file));
  assert.ok(image.ok);
  return image.value;
}

/** A lookup that turns the picture clockwise about its centre. */
function turnedBy(image: Raster, degrees: number): Raster {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [x, y] = [(image.widthPx - 1) / 2, (image.heightPx - 1) / 2];
  return warpAffine(
    image,
    [cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y],
    image.widthPx,
    image.heightPx,
  );
}

const franck = await picture('franck_02221.jpg');
const found = (await detectFaces(detector, franck))[0]!;
const mesh = await meshFace(mesher, franck, found);

test('one face is found where it is, with its eyes level in the upper half of the box', () => {
  const [leftEye, rightEye] = found.keyPoints;
  assert.ok(found.score > 0.9);
  assert.ok(leftEye![0] < rightEye![0] && Math.abs(leftEye![1] - rightEye![1]) < 25);
  assert.ok(leftEye![1] > found.box.y0Px && leftEye![1] < (found.box.y0Px + found.box.y1Px) / 2);
});

test('places do not depend on where and how large the face is in the picture', async () => {
  // The same picture inside a larger frame, at 0.7 of its size: every point must move with it.
  const map = boxMap({ x0Px: -500, y0Px: -100, x1Px: 900, y1Px: 800 }, 980, 630);
  const framed = warpAffine(franck, map, 980, 630);
  const inFrame = await meshFace(mesher, framed, (await detectFaces(detector, framed))[0]!);
  const back = ([x, y]: readonly [number, number]): [number, number] => [map[0] * x + map[2], map[4] * y + map[5]];
  for (const landmark of ['noseTip', 'chin', 'imageLeftMouthCorner', 'imageRightEyeOuter'] as const)
    assert.ok(distance(back(pointOf(inFrame, landmark)), pointOf(mesh, landmark)) < eyeDistancePx(mesh) * 0.12);
});

test('a picture without a face has none, and a mesh laid on it is not taken for one', async () => {
  const plain = { widthPx: 640, heightPx: 480, rgb: new Uint8Array(640 * 480 * 3).fill(128) };
  assert.deepEqual(await detectFaces(detector, plain), []);
  assert.ok((await meshFace(mesher, plain, found)).flag < 0.1);
  assert.equal(await locateFace(models, plain), null);
});

test('the mesh of the frame before leads to the same mesh without a detection', async () => {
  const followed = await meshFromPrevious(mesher, franck, mesh);
  assert.ok(followed.flag > 0.99);
  assert.ok(distance(imageLeftEyeCentre(followed), imageLeftEyeCentre(mesh)) < eyeDistancePx(mesh) * 0.08);
  const moved = cropTo(franck, { x0Px: 30, y0Px: -20, x1Px: 750, y1Px: 556 }, 720, 576);
  const there = await meshFromPrevious(mesher, moved, mesh);
  const [x, y] = pointOf(there, 'noseTip');
  assert.ok(distance([x + 30, y - 20], pointOf(followed, 'noseTip')) < eyeDistancePx(mesh) * 0.08);
});

test('a turned picture turns the roll by as much, and a mirrored one mirrors the asymmetry', async () => {
  const upright = rollDegrees(mesh);
  const tilted = (await locateFace(models, turnedBy(franck, 25)))!;
  assert.ok(Math.abs(rollDegrees(tilted.mesh) - upright - 25) < 4);
  const mirrored = (await locateFace(models, flipHorizontal(franck)))!;
  assert.ok(Math.abs(asymmetry(mirrored.mesh) + asymmetry(mesh)) < 0.06);
  const quarter = await meshFace(mesher, turnQuarters(franck, 2), {
    ...found,
    box: {
      x0Px: 719 - found.box.x1Px,
      x1Px: 719 - found.box.x0Px,
      y0Px: 575 - found.box.y1Px,
      y1Px: 575 - found.box.y0Px,
    },
    keyPoints: found.keyPoints.map(([x, y]) => [719 - x, 575 - y] as const),
  });
  assert.ok(quarter.flag > 0.99 && Math.abs(Math.abs(rollDegrees(quarter)) - 180) < 15);
});

test('the aligned face is the same picture however the photograph was turned', async () => {
  const tilted = turnedBy(franck, 20);
  const there = (await locateFace(models, tilted))!;
  const [one, other] = [
    await templateOf(models, [{ image: franck, mesh }]),
    await templateOf(models, [{ image: tilted, mesh: there.mesh }]),
  ];
  assert.ok(similarityPercent(compareTemplates(one, other).fused) > 95);
});

test('a face that fills the picture, and one in a picture that lies on its side, are found all the same', async () => {
  const { x0Px, y0Px, x1Px, y1Px } = found.box;
  const tight = cropTo(franck, { x0Px, y0Px, x1Px, y1Px: y1Px - 0.12 * (y1Px - y0Px) }, 128, 128);
  const filling = (await locateFace(models, tight))!;
  assert.ok(filling.accepted);
  const onItsSide = (await locateFace(models, turnQuarters(franck, 1)))!;
  assert.ok(onItsSide.accepted && Math.abs(rollDegrees(onItsSide.mesh) - rollDegrees(mesh) - 90) < 8);
});

test('photographs of one man are 80 or more alike, of two men very different', async () => {
  const template = async (file: string) => {
    const image = await picture(file);
    const face = (await locateFace(models, image))!;
    return templateOf(models, [{ image, mesh: face.mesh }]);
  };
  const [one, another, cage] = [
    await template('franck_02221.jpg'),
    await template('franck_04035.jpg'),
    await template('cage.jpg'),
  ];
  assert.ok(similarityPercent(compareTemplates(one, another).fused) >= 80);
  assert.ok(similarityPercent(compareTemplates(one, cage).fused) < 40);
});

test('blur lowers the quality, and distance alone does not change the sharpness much', async () => {
  const sharp = faceQuality(mesh, alignFace(franck, mesh));
  // Down to an eighth of the size and up again: nothing fine is left.
  const tiny = cropTo(franck, { x0Px: 0, y0Px: 0, x1Px: 720, y1Px: 576 }, 90, 72);
  const blurred = cropTo(tiny, { x0Px: 0, y0Px: 0, x1Px: 90, y1Px: 72 }, 720, 576);
  const soft = faceQuality(mesh, alignFace(blurred, mesh));
  assert.ok(soft.sharpness < sharp.sharpness * 0.6);
  assert.ok(soft.overall < sharp.overall);
  const half = cropTo(franck, { x0Px: 0, y0Px: 0, x1Px: 720, y1Px: 576 }, 480, 384);
  const farther = (await locateFace(models, half))!;
  const distant = faceQuality(farther.mesh, alignFace(half, farther.mesh));
  assert.ok(Math.abs(distant.sharpness - sharp.sharpness) < sharp.sharpness * 0.25);
});

test('a face turned away is worth less than a frontal one', async () => {
  const turned = { ...mesh, points: mesh.points.slice() };
  // The nose moved halfway to an edge of the face, as a turned head shows it.
  turned.points[3] = (turned.points[3]! + turned.points[454 * 3]!) / 2;
  assert.ok(poseQuality(turned) < poseQuality(mesh) * 0.6);
});
