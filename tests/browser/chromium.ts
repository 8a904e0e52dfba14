import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, devices } from 'playwright-core';

/** Where a Chromium may be: `COTEJO_CHROMIUM`, or the places that distributions use. */
const PLACES = [
  process.env['COTEJO_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export const chromiumPath = (): string | null =>
  PLACES.find((place) => place !== undefined && place !== '' && existsSync(place)) ?? null;

export const NOT_RUN = 'NOT RUN: there is no Chromium here; install one, or name it in COTEJO_CHROMIUM';

/** @param camera what the camera sees; null: there is none. @param asks whether the browser asks for the camera, instead of allowing it. */
export function launchChromium(camera: string | null): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath()!,
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium has no sandbox for root
      ...(camera === null ? [] : ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`]),
    ],
  });
}

/** A phone in somebody's hand. */
export async function openPhone(
  browser: Browser,
  {
    locale = 'es-ES',
    mayFilm = true,
    origin,
    ...others
  }: { locale?: string; mayFilm?: boolean; origin: string } & BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    ...devices['Pixel 7'],
    viewport: { width: 360, height: 740 },
    locale,
    geolocation: { latitude: 40.4168, longitude: -3.7038, accuracy: 20 },
    ...others,
  });
  await context.grantPermissions(mayFilm ? ['camera', 'geolocation'] : ['geolocation'], { origin });
  return context;
}
