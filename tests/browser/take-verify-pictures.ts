/**
 * Takes pictures of the page that checks certificates: node tests/browser/take-verify-pictures.ts [FOLDER]
 *
 * They are kept under `docs/screens/verify/`, to be looked at and to be compared when the page changes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { sealExample } from '../counterparts/sealed-example.ts';
import { launchChromium } from './chromium.ts';
import { openVerifyPage } from './verify-page.ts';

const out = process.argv[2] ?? path.join(import.meta.dirname, '../../docs/screens/verify');
await mkdir(out, { recursive: true });
const served = await openVerifyPage();
const browser = await launchChromium(null);
const now = new Date('2026-11-25T10:07:31Z');
const [example, demonstration] = [await sealExample(now), await sealExample(now, { isDemonstration: true })];
const place = example.placeInPicture;
const files = {
  whole: example.pdf,
  demonstration: demonstration.pdf,
  broken: example.pdf.with(place, example.pdf[place]! ^ 1),
};
const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } } as const;

for (const locale of ['es-ES', 'en-GB'])
  for (const [size, viewport] of Object.entries(SIZES)) {
    const context = await browser.newContext({ locale, viewport, timezoneId: 'Europe/Madrid' });
    const page = await context.newPage();
    const take = async (name: string): Promise<void> => {
      const png = await page.screenshot({ animations: 'disabled', fullPage: true });
      const file = path.join(out, `${locale.slice(0, 2)}-${size}-${name}.webp`);
      await writeFile(file, await sharp(png).webp({ quality: 72 }).toBuffer());
    };
    await page.goto(`${served.url}/verify`);
    await page.locator('.choose').waitFor();
    await take('1-choose');
    for (const [name, pdf] of Object.entries(files)) {
      await page.goto(`${served.url}/verify`);
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'certificado.pdf', mimeType: 'application/pdf', buffer: Buffer.from(pdf) });
      await page.locator('.verdict').waitFor();
      await take(`2-${name}`);
    }
    await context.close();
  }
await browser.close();
await served.close();
await example.close();
await demonstration.close();
