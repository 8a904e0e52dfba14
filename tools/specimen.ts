/**
 * Draws fictitious documents into a folder: node tools/specimen.ts OUT [--type NAME,…] [--seed N] [--count N] [--at DATE]
 * [--level 0-3] [--turns 0-3] [--marked] [--flaw NAME,…]
 *
 * Writes `TYPE-SEED-front.png`, `…-back.png` and `TYPE-SEED.json` (what a perfect reading says, and where it is printed). With
 * `--level` the pictures are JPEG photographs under that level of camera conditions, and the JSON holds the corners as well.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { CameraLevel } from '../src/specimen/camera.ts';
import { flawNames, type Flaw } from '../src/specimen/document.ts';
import { generateDocument } from '../src/specimen/generate.client.ts';
import { specimenTypes, type SpecimenType } from '../src/specimen/layouts/index.ts';
import { photograph } from '../src/specimen/photograph.client.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    type: { type: 'string' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    at: { type: 'string', default: '2026-06-15' },
    level: { type: 'string' },
    turns: { type: 'string', default: '0' },
    marked: { type: 'boolean', default: false },
    flaw: { type: 'string' },
  },
});

const fail = (message: string): never => {
  console.error(message);
  process.exit(2);
};
const whole = (option: 'seed' | 'count' | 'turns' | 'level', from: number, to: number): number => {
  const number = Number(values[option]);
  return Number.isInteger(number) && number >= from && number <= to
    ? number
    : fail(`--${option} takes a whole number from ${from} to ${to}`);
};

const folder = positionals[0] ?? fail('which folder? node tools/specimen.ts OUT [--type …]');
const types = values.type?.split(',') ?? [...specimenTypes];
const unknown = types.find((type) => !specimenTypes.includes(type as SpecimenType));
if (unknown !== undefined) fail(`--type ${unknown} is none of ${specimenTypes.join(', ')}`);
const flaws = values.flaw?.split(',') ?? [];
const unknownFlaw = flaws.find((flaw) => !flawNames.includes(flaw as Flaw));
if (unknownFlaw !== undefined) fail(`--flaw ${unknownFlaw} is none of ${flawNames.join(', ')}`);
if (!/^\d{4}-\d{2}-\d{2}$/.test(values.at)) fail('--at takes a date such as 2026-06-15');
const seed = whole('seed', 0, 2 ** 31);
const count = whole('count', 1, 100_000);
const quarterTurns = whole('turns', 0, 3) as 0 | 1 | 2 | 3;
const level = values.level === undefined ? null : (whole('level', 0, 3) as CameraLevel);

await mkdir(folder, { recursive: true });
for (let n = 0; n < count; n++)
  for (const type of types as SpecimenType[]) {
    const name = `${type}-${seed + n}`;
    const { front, back, truth } = await generateDocument({
      type,
      seed: seed + n,
      at: values.at,
      marked: values.marked ? 'specimen' : 'none',
      flaws: flaws as Flaw[],
    });
    const corners: Record<string, unknown> = {};
    for (const [side, flat] of Object.entries({ front, back })) {
      if (flat === undefined) continue;
      const file = path.join(folder, `${name}-${side}`);
      if (level === null) {
        const raw = { width: flat.widthPx, height: flat.heightPx, channels: 3 } as const;
        await sharp(flat.rgb, { raw }).png().toFile(`${file}.png`);
      } else {
        const seedOfSide = (seed + n) * 2 + (side === 'back' ? 1 : 0);
        const photo = await photograph(flat, { seed: seedOfSide, level, quarterTurns });
        await writeFile(`${file}.jpg`, photo.jpeg);
        corners[side] = photo.quad;
      }
    }
    await writeFile(path.join(folder, `${name}.json`), JSON.stringify({ ...truth, corners }, null, 2) + '\n');
    console.log(name);
  }
