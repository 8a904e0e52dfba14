import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../kernel/random.ts';
import type { Box, Raster } from '../image/raster.ts';
import { linesAround } from './straight-lines.ts';

const face: Box = { x0Px: 220, y0Px: 160, x1Px: 420, y1Px: 400 };

/** A dim noisy room; `isOn` says where the bright thing in it is. */
function scene(isOn: (x: number, y: number) => boolean): Raster {
  const [widthPx, heightPx] = [640, 560];
  const random = seededRandom(3);
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let at = 0; at < widthPx * heightPx; at++)
    rgb.fill((isOn(at % widthPx, Math.floor(at / widthPx)) ? 170 : 70) + random() * 10, at * 3, at * 3 + 3);
  return { widthPx, heightPx, rgb };
}

const turned = (degrees: number) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (x: number, y: number): boolean => {
    const [dx, dy] = [x - 320, y - 280];
    return Math.abs(c * dx + s * dy) < 150 && Math.abs(-s * dx + c * dy) < 200;
  };
};

test('a bright rectangle around the face has four rims, also when it is held askew', () => {
  for (const degrees of [0, 9, -15]) {
    const sides = Object.values(linesAround(scene(turned(degrees)), face));
    assert.ok(
      sides.every((covered) => covered > 0.8),
      `${degrees}°: ${sides.join(' ')}`,
    );
  }
});

test('a plain room has none, and a door frame has one', () => {
  const plain = Object.values(
    linesAround(
      scene(() => false),
      face,
    ),
  );
  assert.ok(Math.max(...plain) < 0.3, plain.join(' '));
  const door = linesAround(
    scene((x) => x < 150),
    face,
  );
  assert.ok(door.left > 0.9);
  assert.ok(Math.max(door.right, door.above, door.below) < 0.3);
});

test('a round edge is no rim', () => {
  const round = Object.values(
    linesAround(
      scene((x, y) => Math.hypot(x - 320, y - 280) < 190),
      face,
    ),
  );
  assert.ok(Math.max(...round) < 0.6, round.join(' '));
});
