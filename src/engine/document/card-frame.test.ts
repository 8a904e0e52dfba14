import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Point, Quad } from '../image/raster.ts';
import { throughHomography, type Homography } from '../image/warp.ts';
import { frameOf, labelsOfLayout } from './card-frame.ts';
import type { Segment } from './segments.ts';
import { textBox } from './text/detect.ts';
import { espDni4 } from './types/esp-dni-4.ts';

const layout = espDni4.frontLayout!;
const fields = espDni4.fields.front;
/** A card seen at a slant: turned, larger than drawn, and in perspective. */
const truth: Homography = [1.3, -0.25, 160, 0.28, 1.35, 240, 0.00012, -0.00008];

function segment(text: string, x: number, y: number): Segment {
  const corner = (dx: number, dy: number): Point => throughHomography(truth, [x + dx, y + dy]);
  const quad: Quad = [corner(0, -10), corner(120, -10), corner(120, 10), corner(0, 10)];
  return { ...textBox(quad, 1), text, confidence: 0.9, glyphs: [], left: 0, right: 0, middle: 0 };
}
const anchors = [
  ...layout.texts.map(({ text, x, y }) => segment(text, x, y)),
  segment('65004204V', 380, 110),
  segment('65004204V', 18, 114),
  segment('CAA023112', 340, 389),
];
const farthest = (map: Homography): number =>
  Math.max(
    ...[
      [0, 0],
      [856, 0],
      [856, 540],
      [0, 540],
    ].map(([x, y]) => {
      const [u, v] = throughHomography(map, throughHomography(truth, [x!, y!]));
      return Math.hypot(u - x!, v - y!);
    }),
  );

describe('the frame of a card', () => {
  test('is found from titles and numbers, to a few tenths of a millimetre at its corners', () => {
    const frame = frameOf(layout, anchors, [], fields);
    assert.ok(frame !== null);
    assert.ok(farthest(frame.toCard) < 12, `${farthest(frame.toCard)}`);
  });
  test('is found in spite of a text that stands elsewhere', () => {
    const frame = frameOf(
      layout,
      [...anchors, segment('REINO DE ESPAÑA', 600, 500), segment('CAA023112', 664, 98)],
      [],
      fields,
    );
    assert.ok(frame !== null && farthest(frame.toCard) < 15);
  });
  test('puts lost labels where the design has them', () => {
    const labels = labelsOfLayout(layout, fields, [], frameOf(layout, anchors, [], fields)!);
    assert.equal(labels.length, fields.length);
    const sex = labels.find(({ field }) => field.name === 'sex')!;
    const [x, y] = throughHomography(truth, [338, 271]);
    const [topLeft, , , bottomLeft] = sex.segment.quad;
    assert.ok(Math.hypot((topLeft[0] + bottomLeft[0]) / 2 - x, (topLeft[1] + bottomLeft[1]) / 2 - y) < 15);
  });
  test('is not made up from two texts, nor from texts that do not agree', () => {
    assert.equal(frameOf(layout, anchors.slice(0, 2), [], fields), null);
    const scattered = [
      segment('REINO DE ESPAÑA', 500, 400),
      segment('65004204V', 20, 500),
      segment('CAA023112', 700, 60),
    ];
    assert.equal(frameOf(layout, scattered, [], fields), null);
  });
});
