import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Side } from '../../src/capture/protocol.schema.ts';
import { type Dictionary, type TextKey, filled } from '../../web/capture/languages.ts';
import type { CameraFiles } from './camera-files.ts';

const texts = path.join(import.meta.dirname, '../../web/capture/text');

/** Whoever holds the card well and nothing happens presses the button. */
const SHUTTER_WITHIN_MS = 6000;

/** Somebody who reads what is on the screen and does it. Finds things as people do: by their role and their words. */
export type Applicant = ReturnType<typeof applicantAt>;

export function applicantAt(
  page: Page,
  parts: {
    readonly language: string;
    /** The company that asks; what the page calls it. */
    readonly company?: string;
    readonly camera: { show(content: string): void };
    readonly files: CameraFiles;
    /** Called on every new screen. */
    readonly onScreen?: (name: string) => Promise<void>;
  },
) {
  const { camera, files, company = 'Banco Ejemplo', onScreen = () => Promise.resolve() } = parts;
  const dictionary = JSON.parse(readFileSync(path.join(texts, `${parts.language}.json`), 'utf8')) as Dictionary;
  const say = (key: TextKey): string => filled(dictionary[key], { company });
  const button = (key: TextKey) => page.getByRole('button', { name: say(key), exact: true });
  const heading = (key: TextKey) => page.getByRole('heading', { name: say(key), exact: true, level: 1 });
  const arrive = async (key: TextKey, name: string): Promise<void> => {
    await heading(key).waitFor();
    await onScreen(name);
  };

  const retaken: Side[] = [];
  /** Comes to a screen as a person does: what the service asks for again on the way there is photographed again. */
  const reach = async (key: TextKey, name: string): Promise<void> => {
    const askedAgain = page.locator('main').filter({ has: page.locator('.note-ask') }).filter({ has: button('document.open') }); // prettier-ignore
    for (;;) {
      await heading(key).or(askedAgain).first().waitFor();
      if (await heading(key).isVisible()) return onScreen(name);
      const side = (await heading('back.title').isVisible()) ? 'back' : 'front';
      retaken.push(side);
      await applicant.photograph(side);
      await button('document.use').click();
    }
  };

  const applicant = {
    /** Sides that were photographed again, in the order in which that came about. */
    retaken: retaken as readonly Side[],
    say,
    button,
    heading,
    arrive,

    async consent(): Promise<void> {
      await arrive('welcome.title', 'welcome');
      await page.getByRole('checkbox').check();
      await button('welcome.start').click();
    },

    async openFaceCamera(): Promise<void> {
      await arrive('primer.title', 'camera-primer');
      camera.show(files.face);
      await button('primer.open').click();
    },

    /** Films as asked; begins by hand where the guide has not begun by itself. */
    async film(): Promise<void> {
      await heading('face.title').waitFor();
      await onScreen('face-framing');
      await button('face.ready')
        .click({ timeout: 1500 })
        .catch(() => {});
      await page.locator('.oval-step').waitFor();
      await onScreen('face-gesture');
    },

    async face(): Promise<void> {
      await applicant.openFaceCamera();
      await applicant.film();
    },

    async chooseDocument(kind: 'id-card' | 'passport' | 'other'): Promise<void> {
      await arrive('kind.title', 'document-kind');
      await page.getByRole('radio', { name: say(`kind.${kind}`) }).check();
      await button('kind.continue').click();
    },

    async openDocumentCamera(side: Side, content = files[side]): Promise<void> {
      camera.show(content);
      await button('document.open').click();
    },

    /** Photographs a side: the shutter releases itself, or is pressed when it does not. What the page finds wrong with is taken again. */
    async photograph(side: Side): Promise<void> {
      await applicant.openDocumentCamera(side);
      for (;;) {
        await page.locator('.card-frame').waitFor();
        await onScreen(`${side}-framing`);
        await heading('document.review')
          .waitFor({ timeout: SHUTTER_WITHIN_MS })
          .catch(() => button('document.shutter').click());
        await arrive('document.review', `${side}-review`);
        if (!(await page.locator('.note-ask').isVisible())) return;
        retaken.push(side);
        await button('document.again').click();
      }
    },

    async document(side: Side): Promise<void> {
      await reach(`${side}.title`, side);
      await applicant.photograph(side);
      await button('document.use').click();
    },

    async place(isShared: boolean): Promise<void> {
      await reach('place.title', 'place');
      await button(isShared ? 'place.share' : 'place.not').click();
    },

    async receipt(): Promise<void> {
      await reach('done.title', 'done');
    },

    /** From the link to the receipt. */
    async everything(link: string): Promise<void> {
      await page.goto(link);
      await applicant.consent();
      await applicant.face();
      await applicant.chooseDocument('id-card');
      await applicant.document('front');
      await applicant.document('back');
      await applicant.place(true);
      await applicant.receipt();
    },
  };
  return applicant;
}
