import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { generateDocument } from '../../src/specimen/generate.client.ts';
import {
  CARD_MARGIN,
  type CardHint,
  type Pixels,
  cardHint,
  goodLooks,
  lookAtCard,
  troubleWith,
} from './document-hints.ts';

const FRAME = { width: 267, height: 168 };
const MARGIN = { x: Math.round(FRAME.width * CARD_MARGIN), y: Math.round(FRAME.height * CARD_MARGIN) };
const WHOLE = { width: FRAME.width + 2 * MARGIN.x, height: FRAME.height + 2 * MARGIN.y };

let card: Buffer;
before(async () => {
  const { front } = await generateDocument({ type: 'esp-dni-4', seed: 3, at: '2026-06-15' });
  card = await sharp(front.rgb, { raw: { width: front.widthPx, height: front.heightPx, channels: 3 } })
    .png()
    .toBuffer();
});

type Scene = {
  readonly scale?: number;
  readonly blur?: number;
  readonly brightness?: number;
  readonly lamp?: boolean;
  readonly shiftPx?: number;
  readonly table?: string;
};

/** The card frame and its margin as a camera over a table gives them. */
async function scene({
  scale = 1,
  blur = 0,
  brightness = 1,
  lamp = false,
  shiftPx = 0,
  table = '#4b3a2c',
}: Scene): Promise<Pixels> {
  const size = { width: Math.round(FRAME.width * scale), height: Math.round(FRAME.height * scale) };
  const patch = Buffer.from('<svg width="60" height="44"><ellipse cx="30" cy="22" rx="30" ry="22" fill="#fff"/></svg>');
  const composed = await sharp({ create: { ...WHOLE, channels: 3, background: table } })
    .composite([
      {
        input: await sharp(card).resize(size).png().toBuffer(),
        left: Math.round((WHOLE.width - size.width) / 2) + shiftPx,
        top: Math.round((WHOLE.height - size.height) / 2),
      },
      ...(lamp ? [{ input: await sharp(patch).png().toBuffer(), left: 120, top: 70 }] : []),
    ])
    .png()
    .toBuffer();
  const lit = sharp(composed).linear(brightness, 0);
  const { data, info } = await (blur > 0 ? lit.blur(blur) : lit)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
}

const hintFor = async (now: Scene, earlier: Scene = now): Promise<CardHint> =>
  cardHint(lookAtCard(await scene(now)), lookAtCard(await scene(earlier)));

test('a card that fills the frame is good, on a dark table and on a light one', async () => {
  assert.equal(await hintFor({}), 'hold');
  assert.equal(await hintFor({ scale: 0.97, table: '#9a8f84' }), 'hold');
  assert.equal(await hintFor({ scale: 1.03 }), 'hold');
});

test('each way of being wrong has its hint', async () => {
  assert.equal(await hintFor({ scale: 0.8 }), 'come-closer');
  assert.equal(await hintFor({ brightness: 0.2 }), 'too-dark');
  assert.equal(await hintFor({ lamp: true }), 'glare');
  assert.equal(await hintFor({ blur: 2.4 }), 'blurred');
  assert.equal(await hintFor({}, { shiftPx: 7 }), 'moving');
});

test('a table without a card is no card', async () => {
  const bare: Pixels = { data: new Uint8ClampedArray(WHOLE.width * WHOLE.height * 4).fill(120), ...WHOLE };
  assert.equal(cardHint(lookAtCard(bare), lookAtCard(bare)), 'no-card');
});

test('a picture that was taken is told only what is certain', async () => {
  const troubleIn = async (taken: Scene) => troubleWith(lookAtCard(await scene(taken)));
  assert.equal(await troubleIn({}), null);
  assert.equal(await troubleIn({ scale: 0.8 }), null, 'a card that does not fill the frame may still be read');
  assert.equal(await troubleIn({ shiftPx: 9 }), null);
  assert.equal(await troubleIn({ brightness: 0.2 }), 'too-dark');
  assert.equal(await troubleIn({ brightness: 0 }), 'too-dark');
  assert.equal(await troubleIn({ lamp: true }), 'glare');
  assert.equal(await troubleIn({ blur: 2.4 }), 'blurred');
});

test('the shutter waits for good looks in a row', () => {
  const hints: readonly CardHint[] = ['hold', 'hold', 'moving', 'hold', 'hold', 'hold', 'hold'];
  assert.equal(hints.reduce(goodLooks, 0), 4);
});
