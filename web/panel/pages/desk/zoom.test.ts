import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  type Focus,
  type Pointed,
  type View,
  draggedBy,
  focusAround,
  focusOnAll,
  steppedBy,
  viewBoxOf,
  whole,
  within,
  zoomLimits,
  zoomedAt,
  zoomedBy,
} from './zoom.ts';

const focus: Focus = { x: 100, y: 40, width: 200, height: 300 };
const element = { widthPx: 400, heightPx: 300 };

/** The px of the picture under a place of the element. */
function under(view: View, { dx, dy, widthPx, heightPx }: Pointed): [number, number] {
  const scale = Math.min(widthPx / focus.width, heightPx / focus.height) * view.zoom;
  return [focus.x + view.x * focus.width + dx / scale, focus.y + view.y * focus.height + dy / scale];
}

test('the whole focus is shown at first', () => {
  assert.equal(viewBoxOf(whole, focus), '100 40 200 300');
});

test('twice as large shows half as much, around the middle', () => {
  assert.equal(viewBoxOf(zoomedBy(whole, 2), focus), '150 115 100 150');
});

test('what is under the pointer stays under it', () => {
  const view = { x: 0.5, y: 0.5, zoom: 4 };
  fc.assert(
    fc.property(
      fc.integer({ min: -60, max: 60 }),
      fc.integer({ min: -60, max: 60 }),
      fc.double({ min: 1.01, max: 4, noNaN: true }),
      (dx, dy, factor) => {
        const pointed = { dx, dy, ...element };
        const before = under(view, pointed);
        const after = under(zoomedAt(view, factor, focus, pointed), pointed);
        assert.ok(Math.hypot(before[0] - after[0], before[1] - after[1]) < 1e-6);
      },
    ),
  );
});

test('a drag moves the picture with the pointer', () => {
  const view = { x: 0.5, y: 0.5, zoom: 4 };
  const moved = { dx: 30, dy: -20, ...element };
  const [x, y] = under(view, { dx: 0, dy: 0, ...element });
  const after = under(draggedBy(view, focus, moved), moved);
  assert.ok(Math.hypot(after[0] - x, after[1] - y) < 1e-9);
});

test('no key, wheel or drag leaves the focus or the limits', () => {
  const move = fc.oneof(
    fc.record({ is: fc.constant('zoom' as const), by: fc.double({ min: 0.2, max: 5, noNaN: true }) }),
    fc.record({ is: fc.constant('step' as const), by: fc.integer({ min: -9, max: 9 }) }),
    fc.record({ is: fc.constant('drag' as const), by: fc.integer({ min: -500, max: 500 }) }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
      const view = moves.reduce(
        (at, { is, by }) =>
          is === 'zoom'
            ? zoomedAt(at, by, focus, { dx: 50, dy: -90, ...element })
            : is === 'step'
              ? steppedBy(at, by, -by)
              : draggedBy(at, focus, { dx: by, dy: by / 2, ...element }),
        whole,
      );
      assert.deepEqual(within(view), view);
      assert.ok(view.zoom >= zoomLimits.least && view.zoom <= zoomLimits.most);
      const margin = 0.5 / view.zoom;
      for (const value of [view.x, view.y]) assert.ok(value >= margin - 1e-12 && value <= 1 - margin + 1e-12);
    }),
  );
});

test('a focus around a portrait stays on the picture', () => {
  const picture = { widthPx: 1000, heightPx: 600 };
  assert.deepEqual(focusAround({ x0Px: 400, y0Px: 200, x1Px: 500, y1Px: 320 }, picture, 2), {
    x: 350,
    y: 140,
    width: 200,
    height: 240,
  });
  assert.deepEqual(focusAround({ x0Px: 10, y0Px: 500, x1Px: 110, y1Px: 590 }, picture, 2), {
    x: 0,
    y: 455,
    width: 200,
    height: 145,
  });
});

test('a document is shown as far as it was read, and whole where next to nothing was', () => {
  const picture = { widthPx: 1000, heightPx: 600 };
  const line = (x: number, y: number) =>
    [
      [x, y],
      [x + 100, y],
      [x + 100, y + 20],
      [x, y + 20],
    ] as const;
  const lines = [line(200, 100), line(500, 100), line(300, 300), line(400, 400)];
  assert.deepEqual(focusOnAll(lines, null, picture), { x: 172, y: 72, width: 456, height: 376 });
  const portrait = { box: { x0Px: 20, y0Px: 150, x1Px: 120, y1Px: 300 } };
  assert.equal(focusOnAll(lines, portrait, picture).x, 0);
  assert.deepEqual(focusOnAll(lines.slice(0, 3), portrait, picture), { x: 0, y: 0, width: 1000, height: 600 });
});
