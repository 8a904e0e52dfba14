import sharp from 'sharp';
import { markInput, marks, type Mark } from '../../src/engine/document/text/marks.ts';
import { markPatches, PATCH_HEIGHT, PATCH_WIDTH } from '../../src/engine/document/text/mark-patches.ts';
import type { Quad, Raster } from '../../src/engine/image/raster.ts';
import type { Random } from '../../src/kernel/random.ts';
import { loadFonts } from '../../src/specimen/fonts.client.ts';
import { outlineText, type Face } from '../../src/specimen/text.ts';

/** A glyph's patch with the letter below it, and the mark that was drawn. */
export type MarkSample = { readonly input: Float32Array; readonly mark: number; readonly letter: string };

const faces: readonly Face[] = [
  'ocr-b', 'ocr-b', 'ocr-b', 'ocr-b-sharp', 'ocr-b-oblique', 'sans', 'sans-bold', 'condensed', 'condensed-bold', 'mono', 'serif',
]; // prettier-ignore
const vowels = 'AEIOU';
const plainLetters = 'BCDFGHJKLMNPQRSTVWXYZAEIOUAEIOUNNSRL';
const combining: Readonly<Record<Exclude<Mark, 'none' | 'other'>, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  tilde: '\u0303',
  diaeresis: '\u0308',
};

const SHEET = { widthPx: 900, heightPx: 1200, lines: 14 };

/** Draws a sheet of lines under camera conditions, and cuts every glyph out of it as the engine would. */
export async function drawSamples(random: Random): Promise<MarkSample[]> {
  const between = (low: number, high: number): number => low + (high - low) * random();
  const pick = <Item>(list: readonly Item[] | string): Item => list[Math.floor(random() * list.length)] as Item;
  const fonts = loadFonts();
  const paper = `hsl(${between(0, 360)},${between(5, 45)}%,${between(72, 94)}%)`;
  const waves = Array.from({ length: Math.floor(between(0, 70)) }, () => {
    const y = between(0, SHEET.heightPx);
    return `<path d="M0 ${y}Q${between(100, 400)} ${y + between(-90, 90)} 450 ${y + between(-50, 50)}T900 ${y + between(-60, 60)}" stroke="hsl(${between(0, 360)},50%,${between(45, 75)}%)" stroke-width="${between(0.6, 2.2)}" stroke-opacity="${between(0.15, 0.6)}" fill="none"/>`;
  });
  const tilt = between(-1, 1) * 5;
  const drawn: { quad: Quad; centres: number[]; letters: string[]; marks: number[] }[] = [];
  const paths: string[] = [];
  for (let row = 0; row < SHEET.lines; row++) {
    const size = between(17, 44);
    const style = {
      face: pick(faces),
      size,
      stretch: between(0.82, 1.05),
      spacing: pick([0, 0, size * between(0, 0.08)]),
    };
    const letters: string[] = [];
    const drawnMarks: number[] = [];
    let text = '';
    const length = Math.floor(between(3, 17));
    while (letters.length < length) {
      if (letters.length > 1 && random() < 0.07) text += ' ';
      const [letter, mark] = markedLetter(random);
      letters.push(letter);
      drawnMarks.push(marks.indexOf(mark.name));
      text += (letter + mark.code).normalize('NFC');
    }
    const centres: number[] = [];
    let before = '';
    let whole = outlineText(fonts, text, style);
    for (const glyph of text.normalize('NFC')) {
      const from = before === '' ? 0 : outlineText(fonts, before, style).width + style.spacing * style.stretch;
      before += glyph;
      if (glyph !== ' ') centres.push((from + outlineText(fonts, before, style).width) / 2);
    }
    const x = between(20, 60);
    const y = 60 + (row * (SHEET.heightPx - 80)) / SHEET.lines;
    const opacity = between(0.65, 1);
    paths.push(
      `<path transform="translate(${x} ${y}) scale(${style.stretch} 1)" fill="hsl(0,0%,${between(5, 28)}%)" fill-opacity="${opacity}" d="${whole.path}"/>`,
    );
    // Print of other lines often stands close above: a label.
    if (random() < 0.5)
      paths.push(
        `<path transform="translate(${x + between(-5, 30)} ${y - size * between(1.02, 1.35)})" fill="#444" d="${outlineText(fonts, pick(['APELLIDOS', 'NOMBRE', 'PRIMER APELLIDO', 'DOMICILIO']), { face: 'condensed-bold', size: size * 0.48 }).path}"/>`,
      );
    const hasMark = drawnMarks.some((mark) => mark > 0) && random() < 0.5;
    const above = size * (0.73 + (hasMark ? between(0.14, 0.34) : between(0.12, 0.3)));
    const below = size * between(0.1, 0.3);
    const left = size * between(0.1, 0.3);
    const right = size * between(0.1, 0.3);
    const lean = between(-1, 1) * 0.02;
    const width = whole.width + left + right;
    const turn = (px: number, py: number): readonly [number, number] => {
      const angle = (tilt * Math.PI) / 180;
      return [px * Math.cos(angle) - py * Math.sin(angle), px * Math.sin(angle) + py * Math.cos(angle)];
    };
    const quad: Quad = [
      turn(x - left, y - above),
      turn(x + whole.width + right, y - above + lean * width),
      turn(x + whole.width + right, y + below + lean * width),
      turn(x - left, y + below),
    ];
    const wobble = (): number => between(-1, 1) * 0.13 * size;
    drawn.push({ quad, centres: centres.map((c) => (c + left + wobble()) / width), letters, marks: drawnMarks });
    whole = outlineText(fonts, '', style);
  }
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SHEET.widthPx}" height="${SHEET.heightPx}"><rect width="100%" height="100%" fill="${paper}"/>` +
    `${waves.join('')}<g transform="rotate(${tilt})">${paths.join('')}</g></svg>`;
  const image = await photographed(svg, random);
  return drawn.flatMap((line) => {
    const patches = markPatches(image, line.quad, line.centres);
    if (patches === null) return [];
    return patches.map((patch, i) => ({
      input: markInput(jittered(patch, random), line.letters[i]!),
      mark: line.marks[i]!,
      letter: line.letters[i]!,
    }));
  });

  function markedLetter(chance: Random): [letter: string, mark: { name: Mark; code: string }] {
    const bare = { name: 'none', code: '' } as const;
    const dice = chance();
    if (dice < 0.1) return ['N', { name: 'tilde', code: combining.tilde }];
    if (dice < 0.3) return [pick<string>(vowels), { name: 'acute', code: combining.acute }];
    if (dice < 0.34) return [pick<string>(vowels), { name: 'grave', code: combining.grave }];
    if (dice < 0.38) return [pick<string>(vowels), { name: 'diaeresis', code: combining.diaeresis }];
    if (dice < 0.4) return [pick<string>('AEIOU'), { name: 'other', code: '\u0302' }];
    return [pick<string>(plainLetters), bare];
  }
}

/** Half of the patches a little off in height and size: real print hides the top of its capitals better than drawn print. */
function jittered(patch: Float32Array, random: Random): Float32Array {
  if (random() < 0.5) return patch;
  const scale = 0.88 + 0.26 * random();
  const down = (random() - 0.5) * 3;
  const moved = new Float32Array(patch.length);
  const clamp = (value: number, size: number): number => Math.max(0, Math.min(size - 1, Math.round(value)));
  for (let v = 0, at = 0; v < PATCH_HEIGHT; v++)
    for (let u = 0; u < PATCH_WIDTH; u++, at++) {
      const x = clamp((u - PATCH_WIDTH / 2) * scale + PATCH_WIDTH / 2, PATCH_WIDTH);
      const y = clamp((v - PATCH_HEIGHT / 2) * scale + PATCH_HEIGHT / 2 + down, PATCH_HEIGHT);
      moved[at] = patch[y * PATCH_WIDTH + x]!;
    }
  return moved;
}

async function photographed(svg: string, random: Random): Promise<Raster> {
  const between = (low: number, high: number): number => low + (high - low) * random();
  let picture = sharp(Buffer.from(svg)).removeAlpha();
  const blur = between(0, 1.6);
  if (blur > 0.35) picture = picture.blur(blur);
  const { data } = await picture.raw().toBuffer({ resolveWithObject: true });
  const noise = between(1, 15);
  const gain = between(0.65, 1.05);
  for (let i = 0; i < data.length; i++) {
    const grain = (random() + random() + random() - 1.5) * noise * 1.6;
    data[i] = Math.max(0, Math.min(255, data[i]! * gain + grain));
  }
  const jpeg = await sharp(data, { raw: { width: SHEET.widthPx, height: SHEET.heightPx, channels: 3 } })
    .jpeg({ quality: Math.round(between(60, 95)) })
    .toBuffer();
  const { data: rgb } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { widthPx: SHEET.widthPx, heightPx: SHEET.heightPx, rgb: new Uint8Array(rgb) };
}
