import { readDocument } from '../src/engine/document/read-document.ts';
import { loadDictionary } from '../src/engine/document/text/dictionary.client.ts';
import type { Point, Quad, Raster } from '../src/engine/image/raster.ts';
import { openModels } from '../src/engine/runtime/models.client.ts';
import type { CameraLevel } from '../src/specimen/camera.ts';
import { generateDocument } from '../src/specimen/generate.client.ts';
import type { SpecimenType } from '../src/specimen/layouts/index.ts';
import { photograph } from '../src/specimen/photograph.client.ts';

/**
 * Photographs fictitious documents, has them read, and says how far off the corners are that were found, of the document's width:
 *
 *   node tools/measure-located-documents.ts [count] [level] [seed]
 *
 * count: documents, 24 if not said; level: 0 … 3, 2 if not said; seed: of the first document.
 */
const [count = '24', levelText = '2', seedText = '61000'] = process.argv.slice(2);
const level = Number(levelText) as CameraLevel;
const at = '2026-06-01';
const types: readonly SpecimenType[] = [
  'esp-dni-4', 'esp-dni-3', 'esp-dnie', 'esp-tie', 'esp-passport', 'icao-td3', 'icao-td1', 'icao-td2',
]; // prettier-ignore

const models = openModels();
const dictionary = loadDictionary();
const found = new Map<string, number[]>();

for (let i = 0; i < Number(count); i++) {
  const type = types[i % types.length]!;
  const seed = Number(seedText) + i;
  const drawn = await generateDocument({ type, seed, at, marked: 'none' });
  const front = await photograph(drawn.front, { seed, level });
  const back = drawn.back === undefined ? null : await photograph(drawn.back, { seed: seed + 500_000, level });
  const { sides } = await readDocument({
    front: front.image,
    ...(back === null ? {} : { back: back.image }),
    at,
    models,
    dictionary,
  });
  for (const [side, taken] of [['front', front] as const, ...(back === null ? [] : [['back', back] as const])]) {
    const read = sides[side];
    const key = `${type} ${side}`;
    const errors = found.get(key) ?? [];
    found.set(key, errors);
    if (read === undefined || read.card === null) errors.push(Number.POSITIVE_INFINITY);
    else errors.push(farthest(read.card.quad, inReadPicture(taken, read)));
  }
}

const all = [...found.values()].flat();
for (const [key, errors] of found) console.log(`${key.padEnd(20)} ${errors.map(percent).join('  ')}`);
const located = all.filter(Number.isFinite).sort((a, b) => a - b);
const quantile = (share: number): string => percent(located[Math.ceil(share * located.length) - 1] ?? Number.NaN);
console.log(
  `level ${level}: ${located.length} of ${all.length} sides located; farthest corner off by ${quantile(0.5)} of the width in the median, ` +
    `${quantile(0.9)} at the 90th percentile, ${quantile(1)} at most`,
);

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–';
}

/** The true corners in the picture that was read: turned and scaled. */
function inReadPicture(
  { image: { widthPx, heightPx }, quad }: { readonly image: Raster; readonly quad: Quad },
  { image, quarterTurns }: { readonly image: Raster; readonly quarterTurns: 0 | 1 | 2 | 3 },
): Quad {
  const scale = image.widthPx / (quarterTurns % 2 === 0 ? widthPx : heightPx);
  const turned = ([x, y]: Point): Point =>
    quarterTurns === 0
      ? [x, y]
      : quarterTurns === 1
        ? [heightPx - 1 - y, x]
        : quarterTurns === 2
          ? [widthPx - 1 - x, heightPx - 1 - y]
          : [y, widthPx - 1 - x];
  return quad.map((point) => turned(point).map((value) => value * scale)) as unknown as Quad;
}

function farthest(quad: Quad, truth: Quad): number {
  const width = Math.hypot(truth[1][0] - truth[0][0], truth[1][1] - truth[0][1]);
  return Math.max(...quad.map(([x, y], corner) => Math.hypot(x - truth[corner]![0], y - truth[corner]![1]))) / width;
}
