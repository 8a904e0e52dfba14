import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { toShown, type OutboxMessage } from './outbox.ts';
import { outboxRoute } from './outbox.route.ts';
import { openQrWriter } from './qr.client.ts';

const LINK = 'https://verifica.example.com/v/AbCdEfGhIjKlMnOpQrStUvWxYz-_';
const shown = (reference: string, text: string): OutboxMessage =>
  toShown({ reference, at: '2026-11-25T09:23:12.000Z', to: '34600000001', sender: 'MiEmpresa', text }, null);
const MESSAGES = [
  shown('a1', `Verifique su identidad: ${LINK}.`),
  shown('a2', `<script>alert(1)</script> & "x" 'y' ${LINK}`),
  shown('a3', 'Sin enlace'),
];

async function outbox(
  t: { after(end: () => unknown): void },
  messages: readonly OutboxMessage[],
  isLocal = true,
): Promise<FastifyInstance> {
  const app = Fastify();
  t.after(() => app.close());
  await app.register(
    outboxRoute({
      list: async (limit) => messages.slice(0, limit),
      isLocal: () => isLocal,
      languageOf: (header) => (header?.startsWith('es') === true ? 'es' : 'en'),
      qrSvg: openQrWriter().svg,
      timeZone: 'Europe/Madrid',
    }),
  );
  return app;
}

test('programs get the messages as JSON, newest first as they are listed', async (t) => {
  const answer = await (await outbox(t, MESSAGES)).inject('/outbox.json');
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), MESSAGES);
  assert.deepEqual(Object.keys(MESSAGES[0]!).sort(), ['at', 'link', 'reference', 'segments', 'sender', 'text', 'to']);
});

test('to anybody else neither exists', async (t) => {
  const app = await outbox(t, MESSAGES, false);
  const missing = await app.inject('/nothing');
  for (const url of ['/outbox', '/outbox.json']) {
    const answer = await app.inject(url);
    assert.equal(answer.statusCode, 404);
    assert.equal(answer.body, missing.body.replaceAll('/nothing', url));
  }
});

test('the page shows each message with its link, escaped, and allows its own style and nothing else', async (t) => {
  const answer = await (await outbox(t, MESSAGES)).inject({ url: '/outbox', headers: { 'accept-language': 'es' } });
  const style = /<style>([\s\S]*?)<\/style>/.exec(answer.body)![1]!;
  const digest = createHash('sha256').update(style).digest('base64');
  assert.equal(
    answer.headers['content-security-policy'],
    `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  assert.equal(/<script|\son\w+=|\sstyle=|javascript:/i.test(answer.body), false);
  assert.ok(answer.body.includes('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; &#39;y&#39;'));
  assert.ok(answer.body.includes(`<a href="${LINK}" target="_blank" rel="noopener noreferrer">${LINK}</a>.`));
  assert.equal(answer.body.match(/<svg /g)!.length, 2);
  assert.ok(answer.body.includes('3 mensajes en espera'));
  assert.ok(answer.body.includes('25 nov 2026, 10:23:12'));
  assert.match(answer.headers['cache-control'] as string, /no-store/);
});

test('it speaks both languages, of none, one and many messages', async (t) => {
  const many = Array.from({ length: 31 }, (_, at) => shown(`m${at}`, 'Hola'));
  const seen = [];
  for (const [messages, language] of [
    [[], 'es'],
    [[], 'en'],
    [MESSAGES.slice(0, 1), 'es'],
    [MESSAGES.slice(0, 1), 'en'],
    [many, 'es'],
    [many, 'en'],
  ] as const) {
    const { body } = await (
      await outbox(t, messages)
    ).inject({ url: '/outbox', headers: { 'accept-language': language } });
    seen.push([
      /<html lang="(..)">/.exec(body)![1],
      /<(?:p class="count"|strong)>([^<]+)/.exec(body)![1],
      (body.match(/<li>/g) ?? []).length,
    ]);
  }
  assert.deepEqual(seen, [
    ['es', 'No hay mensajes en espera.', 0],
    ['en', 'No messages are waiting.', 0],
    ['es', '1 mensaje en espera', 1],
    ['en', '1 message waiting', 1],
    ['es', 'Los 30 mensajes más recientes', 30],
    ['en', 'The 30 newest messages', 30],
  ]);
});

test('where links lead to this computer the page says why a phone does not find it', async (t) => {
  const hint = async (link: string): Promise<boolean> =>
    (await (await outbox(t, [shown('a1', link)])).inject('/outbox')).body.includes('COTEJO_PUBLIC_URL');
  const here = ['http://localhost:8080/i/x', 'https://127.0.0.1/i/x', 'http://[::1]:8080/i/x'];
  const elsewhere = [
    'https://verifica.example.com/i/x',
    'https://192.168.1.20:8443/i/x',
    'https://localhost.example.com/x',
    'none',
  ];
  assert.deepEqual(await Promise.all(here.map(hint)), [true, true, true]);
  assert.deepEqual(await Promise.all(elsewhere.map(hint)), [false, false, false, false]);
});

async function readQr(pixels: Uint8Array, widthPx: number, heightPx: number): Promise<string[]> {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(bytes).buffer } });
  const data = new Uint8ClampedArray(widthPx * heightPx * 4).fill(255);
  pixels.forEach((value, at) => data.fill(value, at * 4, at * 4 + 3));
  const read = await readBarcodes({ data, width: widthPx, height: heightPx, colorSpace: 'srgb' } as ImageData, {
    formats: ['QRCode'],
    tryInvert: false,
  });
  return read.map(({ text }) => text);
}

test('the QR code of the page is read as the link', async () => {
  const svg = await openQrWriter().svg(LINK);
  const { data, info } = await sharp(Buffer.from(svg), { density: 600 })
    .resize(400, 400)
    .flatten({ background: '#fff' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual(await readQr(data, info.width, info.height), [LINK]);
});

for (const inColour of [true, false])
  test(`the QR code of the terminal is read as the link, ${inColour ? 'in colour' : 'light on dark'}`, async () => {
    const lines = (await openQrWriter().terminal(LINK, { inColour }))
      .split('\n')
      .map((line) => (inColour ? /^\u001b\[30;107m(.*)\u001b\[0m$/.exec(line)![1]! : line));
    const scale = 8;
    const widthPx = lines[0]!.length * scale;
    const heightPx = lines.length * 2 * scale;
    const [ink, paper] = inColour ? [0, 255] : [255, 0]; // what a block is drawn in, and what is behind it
    const pixels = new Uint8Array(widthPx * heightPx);
    for (let y = 0; y < heightPx; y++)
      for (let x = 0; x < widthPx; x++) {
        const half = Math.floor(y / scale);
        const block = lines[half >> 1]![Math.floor(x / scale)]!;
        pixels[y * widthPx + x] = block === '█' || block === (half % 2 === 0 ? '▀' : '▄') ? ink! : paper!;
      }
    assert.deepEqual(await readQr(pixels, widthPx, heightPx), [LINK]);
  });
