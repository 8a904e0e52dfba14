import { CROP_HEIGHT_PX } from '../../src/engine/document/mrz/line-network.ts';
import type { Chance } from './chance.ts';

/** Paper, print and light of a crop. */
export type Background = {
  /** Luma at a place of the crop where the ink of the line covers `ink` (0 … 1). */
  lit(x: number, y: number, ink: number): number;
};

type Wave = { u: number; v: number; phase: number; depth: number; wobble: number; isLine: boolean };
type Stroke = {
  x: number;
  y: number;
  radius: number;
  width: number;
  dark: number;
  isRing: boolean;
  cos: number;
  sin: number;
};

/** Draws lots for one crop: brightness, fine lines of security print, strokes of stamps and signatures, glare, an edge. */
export function drawnBackground(chance: Chance, widthPx: number, severity: number): Background {
  const paper = severity === 0 ? chance.between(190, 245) : chance.between(90, 250);
  const ink =
    paper *
    (severity === 0
      ? chance.between(0, 0.25)
      : chance.happens(0.85)
        ? chance.between(0, 0.55)
        : chance.between(0.5, 0.8));
  const waves: Wave[] = [];
  const strokes: Stroke[] = [];
  if (chance.happens(0.6 * severity))
    for (let count = 1 + chance.below(4); count > 0; count--)
      waves.push({
        u: chance.between(-1, 1) * chance.between(0.2, 1.4),
        v: chance.between(-1, 1) * chance.between(0.2, 1.4),
        phase: chance.between(0, 6.3),
        depth: chance.between(0.01, chance.happens(0.2) ? 0.17 : 0.08) * paper,
        wobble: chance.between(0, 0.25) * 20,
        isLine: chance.happens(0.5),
      });
  if (chance.happens(0.28 * severity))
    for (let count = 1 + chance.below(3); count > 0; count--) {
      const direction = chance.between(0, Math.PI);
      strokes.push({
        x: chance.between(-20, widthPx + 20),
        y: chance.between(-40, 70),
        radius: chance.between(8, 80),
        width: chance.between(0.6, 3.5),
        dark: chance.between(0.1, 0.6),
        isRing: chance.happens(0.6),
        cos: Math.cos(direction),
        sin: Math.sin(direction),
      });
    }
  const slopeX = chance.between(-0.3, 0.3) * severity;
  const slopeY = chance.between(-0.25, 0.25) * severity;
  const glare = chance.happens(0.15 * severity)
    ? {
        x: chance.between(0, widthPx),
        y: chance.between(0, CROP_HEIGHT_PX),
        radius: chance.between(20, 70),
        peak: chance.between(40, 150),
      }
    : null;
  const edge = chance.happens(0.2 * severity)
    ? { x: chance.between(0, widthPx), factor: chance.between(0.6, 1.5) }
    : null;

  return {
    lit(x, y, cover) {
      let luma = paper * (1 + slopeX * (x / widthPx - 0.5) + slopeY * (y / CROP_HEIGHT_PX - 0.5));
      for (const wave of waves) {
        const height = Math.sin(wave.u * x + wave.v * y + wave.phase + wave.wobble * Math.sin(x * 0.05));
        luma -= wave.depth * (wave.isLine ? (height > 0.6 ? 1.6 : -0.2) : height);
      }
      if (edge !== null && x > edge.x) luma *= edge.factor;
      luma = luma * (1 - cover) + ink * cover;
      for (const stroke of strokes) {
        const [dx, dy] = [x - stroke.x, y - stroke.y];
        const away = Math.abs(stroke.isRing ? Math.hypot(dx, dy) - stroke.radius : dx * stroke.sin - dy * stroke.cos);
        if (away < stroke.width) luma *= 1 - stroke.dark * Math.min(1, stroke.width - away);
      }
      if (glare !== null) {
        const distance = ((x - glare.x) ** 2 + (y - glare.y) ** 2 * 2) / glare.radius ** 2;
        luma += glare.peak * Math.exp(-distance);
      }
      return luma;
    },
  };
}
