// Whole stories in a real browser against the real service: its database, its engine, its evidence. What comes out is what a company gets.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Raster } from '../../src/engine/image/raster.ts';
import { openModels } from '../../src/engine/runtime/models.client.ts';
import { readBuiltPages } from '../../src/http/static.route.ts';
import type { VerificationId } from '../../src/kernel/id.ts';
import { portraitFrom } from '../../src/specimen/applicant.client.ts';
import type { DocumentRequest, DocumentTruth } from '../../src/specimen/document.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';
import { RunningClock } from '../counterparts/applicant.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { CaptureHere, type Company } from '../journeys/capture-here.ts';
import { type Applicant, applicantAt } from './applicant.ts';
import { filmDocument, swappableCamera } from './camera-files.ts';
import { NOT_RUN, chromiumPath, launchChromium, openPhone } from './chromium.ts';
import { inFull } from './in-full.ts';
import { filmClips, livingCamera } from './living-camera.ts';
import { type Performance, footage, obey, rehearse } from './obedient-man.ts';

const WAIT_MS = 45_000;
const AT = new Date().toISOString().slice(0, 10);

type Report = {
  readonly Estado: string;
  readonly result: Readonly<Record<string, unknown>>;
  readonly events: string[];
};

describe('the whole way in a browser', { skip: chromiumPath() === null ? NOT_RUN : false }, () => {
  let folder: string;
  let here: CaptureHere;
  let company: Company;
  let camera: ReturnType<typeof swappableCamera>;
  let living: ReturnType<typeof livingCamera>;
  let man: Performance;
  let ownPortrait: Raster;
  let browser: Browser;
  /** A verification that went well, for whoever wants to use it again. */
  let earlier: { readonly id: string; readonly link: string; readonly asked: readonly string[] };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cotejo-whole-way-'));
    man = await rehearse();
    ownPortrait = await portraitFrom(footage('cap13_edit2.webm'), openModels());
    camera = swappableCamera(folder);
    living = livingCamera(folder, man.framing);
    camera.show(living.file);
    const pages = await readBuiltPages(await ensureWebBuilt('capture'));
    here = await CaptureHere.open({ clock: new RunningClock(), pages });
    await here.start({ measures: true });
    company = await here.newCompany();
    browser = await launchChromium(camera.file);
  });
  after(async () => {
    await browser?.close();
    living?.close();
    await here?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  type Story = {
    readonly page: Page;
    readonly context: BrowserContext;
    readonly applicant: Applicant;
    readonly id: string;
    readonly link: string;
    readonly truth: DocumentTruth;
    /** Films as asked. @returns what was asked. */
    filmObediently(): Promise<string[]>;
  };
  type StoryWish = {
    readonly language?: 'es' | 'en';
    readonly request?: object;
    readonly document?: Partial<DocumentRequest>;
    readonly portrait?: Raster;
    /** An address of the service by which its pages are called. */
    readonly through?: string;
  };

  /** A person with a phone, a document of their own and the link of a message. @returns what the company gets in the end. */
  async function tell(wish: StoryWish, story: (told: Story) => Promise<void>): Promise<Report> {
    const { language = 'es', request = {}, portrait = ownPortrait, through = here.url } = wish;
    const document = { type: 'esp-dni-4', seed: 7, at: AT, ...wish.document } as const;
    const { truth, ...sides } = await filmDocument(folder, document, portrait);
    const { id, link: direct } = await company.request(request);
    const link = direct.replace(here.url, through);
    const context = await openPhone(browser, { origin: new URL(link).origin, locale: language });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const files = { face: living.file, dark: '', ...sides };
    const applicant = applicantAt(page, { language, company: 'Ejemplo, S.A.', camera, files });
    const filmObediently = async (): Promise<string[]> => {
      living.rest(man.framing);
      const obeying = obey(page, applicant.say, { camera: living, performance: man });
      await applicant.film();
      return obeying;
    };
    try {
      await page.goto(link);
      await story({ page, context, applicant, id, link, truth, filmObediently });
      return await reportOf(id);
    } catch (error) {
      const screen = await page.locator('#page').innerText({ timeout: 500 }).catch(() => 'nothing'); // prettier-ignore
      throw new Error(`the screen showed: ${screen.slice(0, 300)}`, { cause: error });
    } finally {
      await context.close();
    }
  }

  async function reportOf(id: string): Promise<Report> {
    for (let tries = 0; !(await here.events(id)).includes('assessed'); tries += 1) {
      assert.ok(tries < 240, 'it was not assessed');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const { Estado, Result } = await company.report(id);
    return {
      Estado: String(Estado),
      result: JSON.parse(String(Result)) as Report['result'],
      events: await here.events(id),
    };
  }

  const everyStep = ['invited', 'opened', 'face-asked', 'front-asked', 'back-asked', 'submitted', 'assessed'];

  /** What is the same in every story that goes to its end. */
  async function fromConsentToReceipt({ applicant, filmObediently }: Story): Promise<void> {
    await applicant.consent();
    await applicant.openFaceCamera();
    await filmObediently();
    await applicant.chooseDocument('id-card');
    await applicant.document('front');
    await applicant.document('back');
    await applicant.place(true);
    await applicant.receipt();
  }

  test('a man who does as he is told is through, in Spanish, while his desktop follows him', async () => {
    const { Estado, result, events } = await tell({}, async (told) => {
      const { applicant, link, id, truth } = told;
      const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'es-ES' });
      const screen = await desk.newPage();
      screen.setDefaultTimeout(WAIT_MS);
      await screen.goto(link);
      await screen.getByRole('img', { name: applicant.say('desk.qr') }).waitFor();
      await applicant.consent();
      await screen.getByRole('heading', { name: applicant.say('desk.following.title') }).waitFor();
      await applicant.openFaceCamera();
      const asked = await told.filmObediently();
      assert.equal(asked.length, 3);
      await applicant.chooseDocument('id-card');
      await applicant.document('front');
      await applicant.document('back');
      await applicant.place(true);
      await applicant.receipt();
      await screen.getByRole('heading', { name: applicant.say('desk.done.title') }).waitFor();
      await desk.close();
      earlier = { id, link, asked };
      const report = await company.report(id);
      assert.equal(report['Posicion'], '{"Direccion":"","Coordenadas":{"Longitud":"-3.7038","Latitud":"40.4168","Altura":"","Precision":20}}'); // prettier-ignore
      assert.equal(truth.numberOnFront, truth.numberOnBack);
    });
    assert.deepEqual(events.slice(0, everyStep.length), everyStep);
    assert.match(Estado, /^5[01]0[01]$/);
    assert.ok((result['Resultado'] as number) >= 85, JSON.stringify(result));
    assert.equal(result['Resultado'], result['ParecidoPersonaDNI']);
    assert.equal(result['PruebaDeVida'], 'Si');
    assert.equal(result['ProcesoRelizadoMismaPersona'], 'Si');
  });

  test('in English, through a tunnel of 20 seconds in the middle of a picture’s upload', async () => {
    let isInTunnel = false;
    let isSending = false;
    let gone = 0;
    const entered = Promise.withResolvers<void>();
    const network = new FaultProxy({
      target: { host: '127.0.0.1', port: Number(new URL(here.url).port) },
      intercept(piece, direction) {
        if (direction === 'up' && piece.includes('/api/documents/front ')) isSending = true;
        if (isSending && direction === 'up') gone += piece.length;
        if (gone > 50_000 && !isInTunnel) {
          isInTunnel = true;
          entered.resolve();
        }
        return isInTunnel ? 'lose' : 'pass';
      },
    });
    const port = await network.listen();
    const wish = { language: 'en', through: `http://127.0.0.1:${port}` } as const;
    const { result, events } = await tell(wish, async ({ page, applicant, filmObediently }) => {
      await applicant.consent();
      await applicant.openFaceCamera();
      await filmObediently();
      await applicant.chooseDocument('id-card');
      await applicant.document('front');
      await entered.promise;
      const enteredAt = Date.now();
      await applicant.document('back');
      await applicant.place(true);
      await page.getByText(applicant.say('sending.offline')).waitFor();
      await new Promise((resolve) => setTimeout(resolve, enteredAt + 20_000 - Date.now()));
      [isInTunnel, isSending, gone] = [false, false, -Infinity];
      network.cutAll(); // on the other side the phone has another address
      await applicant.receipt();
    });
    await network.close();
    assert.deepEqual(events.slice(0, everyStep.length), everyStep);
    assert.ok((result['Resultado'] as number) >= 85, JSON.stringify(result));
    assert.equal(result['PruebaDeVida'], 'Si');
  });

  inFull('a minor, whose page is loaded anew in the middle: -2', async () => {
    const { Estado, result } = await tell({ document: { flaws: ['minor'], seed: 8 } }, async (told) => {
      const { page, applicant, filmObediently } = told;
      await applicant.consent();
      await applicant.heading('primer.title').waitFor();
      await page.reload();
      await applicant.openFaceCamera();
      await filmObediently();
      await applicant.chooseDocument('id-card');
      const arrived = page.waitForResponse((answer) => answer.url().endsWith('/documents/front'));
      await applicant.document('front');
      await arrived;
      await page.reload();
      await applicant.document('back');
      await applicant.place(false);
      await applicant.receipt();
      await page.reload();
      await applicant.receipt();
    });
    assert.equal(Estado, '5001');
    assert.equal(result['Resultado'], -2);
    assert.equal(result['PruebaDeVida'], 'Si');
    assert.ok(((result['DNI'] as Record<string, unknown>)['Edad'] as number) < 18);
  });

  inFull('a passport that has expired: -5', async () => {
    const document = { type: 'esp-passport', flaws: ['expired'], seed: 9 } as const;
    const { Estado, result, events } = await tell({ document }, async ({ applicant, filmObediently }) => {
      await applicant.consent();
      await applicant.openFaceCamera();
      await filmObediently();
      await applicant.chooseDocument('passport');
      await applicant.heading('front.title.passport').waitFor();
      await applicant.photograph('front');
      await applicant.button('document.use').click();
      await applicant.place(false);
      await applicant.receipt();
    });
    assert.equal(Estado, '5001');
    assert.ok(!events.includes('back-asked'));
    assert.equal(result['Resultado'], -5);
    assert.equal((result['DNI'] as Record<string, unknown>)['Caducado'], 'Si');
    assert.equal(result['PruebaDeVida'], 'Si');
  });

  inFull('another number than the company asked for: -9', async () => {
    const { Estado, result } = await tell({ request: { Dni: '12345678Z' } }, fromConsentToReceipt);
    assert.equal(Estado, '5001');
    assert.equal(result['Resultado'], -9);
    assert.equal(result['DNISolicitado'], '12345678Z');
    assert.equal(result['DNISolicitadoCoincide'], 'No');
    assert.equal(result['PruebaDeVida'], 'Si');
  });

  inFull('the document of another man: -8', async () => {
    const { Estado, result } = await tell({ portrait: await anotherMan() }, fromConsentToReceipt);
    assert.equal(Estado, '5001');
    assert.equal(result['Resultado'], -8);
    assert.ok((result['ParecidoPersonaDNI'] as number) < 50, JSON.stringify(result));
    assert.equal(result['PruebaDeVida'], 'Si');
  });

  inFull('a still photograph instead of a face: -6', async () => {
    const { Estado, result } = await tell({}, async ({ applicant }) => {
      await applicant.consent();
      living.rest([man.framing[0]!]);
      await applicant.face();
      await applicant.chooseDocument('id-card');
      await applicant.document('front');
      await applicant.document('back');
      await applicant.place(false);
      await applicant.receipt();
    });
    assert.equal(Estado, '5001');
    assert.equal(result['Resultado'], -6);
    assert.equal(result['PruebaDeVida'], 'No');
  });

  inFull('the recording of an earlier attempt, shown again: -6', async () => {
    const recording = await filmClips(await recordingOf(earlier.id), { all: { fromSeconds: 0, toSeconds: 60 } });
    let asked: string[];
    let outcome: Report;
    // One sequence in eighty is the same again, and then it is another story.
    do {
      asked = [];
      outcome = await tell({}, async ({ page, applicant }) => {
        page.on('response', async (answer) => {
          if (!answer.url().endsWith('/step')) return;
          asked.push(((await answer.json()) as { show: { gesture: string } }).show.gesture);
        });
        await applicant.consent();
        living.rest(recording.all);
        await applicant.face();
        await applicant.chooseDocument('id-card');
        await applicant.document('front');
        await applicant.document('back');
        await applicant.place(false);
        await applicant.receipt();
      });
    } while (String(asked) === String(earlier.asked));
    assert.equal(asked.length, 3);
    assert.equal(outcome.Estado, '5001');
    assert.equal(outcome.result['Resultado'], -6);
    assert.equal(outcome.result['PruebaDeVida'], 'No');
  });

  test('links that are used, cancelled, unknown and expired say so, and fire nothing', async () => {
    const cancelled = await company.request();
    assert.equal((await company.caller.call('CancelarIdentidad', { Id: cancelled.id })).fields['Res'], 1);
    const expired = await company.request();
    const context = await openPhone(browser, { origin: new URL(cancelled.link).origin });
    const page = await context.newPage();
    const { arrive } = applicantAt(page, { language: 'es', company: 'Ejemplo, S.A.', camera, files: noFiles });
    await page.goto(earlier.link);
    await arrive('stop.used.title', 'used');
    await page.goto(cancelled.link);
    await arrive('stop.cancelled.title', 'cancelled');
    await page.goto(`${cancelled.link.slice(0, -1)}${cancelled.link.endsWith('0') ? '1' : '0'}`);
    await arrive('stop.unknown.title', 'unknown');
    here.clock.turn(72 * 3_600_000);
    await page.goto(expired.link);
    await arrive('stop.expired.title', 'expired');
    await context.close();
    assert.deepEqual((await here.events(expired.id)).slice(0, 1), ['invited']);
    assert.ok(!(await here.events(expired.id)).includes('opened'));
    assert.ok(!(await here.events(cancelled.id)).includes('opened'));
  });

  const noFiles = { face: '', front: '', back: '', dark: '' };

  async function anotherMan(): Promise<Raster> {
    const { data, info } = await sharp(footage('franck_01829.jpg'))
      .extract({ left: 235, top: 40, width: 384, height: 512 })
      .resize(480, 640)
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { rgb: new Uint8Array(data), widthPx: info.width, heightPx: info.height };
  }

  /** The face video of a verification, as it was kept. */
  async function recordingOf(id: string): Promise<string> {
    const place = { accountId: company.id, id: Number(id) as VerificationId };
    const { sealed } = await here.evidence.list(place);
    const item = sealed!.items.find(({ kind }) => kind === 'face-video')!;
    const opened = await here.evidence.open(place, item.itemNumber);
    assert.ok(opened.ok);
    const pieces: Uint8Array[] = [];
    for await (const piece of opened.value.bytes) pieces.push(piece);
    const file = path.join(folder, 'earlier.video');
    await writeFile(file, Buffer.concat(pieces));
    return file;
  }
});
