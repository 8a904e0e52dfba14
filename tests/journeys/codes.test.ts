// Every answer that the contract's `Result` has: above 80 and -1 … -9, each from evidence made for it: real footage of two men, documents
// of our own drawing photographed under mild conditions.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { resultOf, type Resultado } from '../../src/contract/resultado.ts';
import { assess, type AssessRequest } from '../../src/engine/assess.ts';
import { shippedAttributeModel } from '../../src/engine/face/attributes/attribute-model.ts';
import type { Raster } from '../../src/engine/image/raster.ts';
import { localEngine } from '../../src/engine/local-engine.client.ts';
import { openModels } from '../../src/engine/runtime/models.client.ts';
import type { Engine } from '../../src/engine/tasks.ts';
import { photographedDocument, portraitFrom, type ApplicantDocument } from '../../src/specimen/applicant.client.ts';
import type { DocumentRequest } from '../../src/specimen/document.ts';
import type { Assessment } from '../../src/verification/assessment.ts';
import { recording } from '../corpus.ts';
import { picturesOf, recordPictures } from '../record-pictures.ts';

const AT = '2026-06-15';
const sameMan = recording('cap13_edit2.webm');

let folder: string;
let portrait: Raster;
let otherPortrait: Raster;
const engine = rememberingVideos(localEngine());

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cotejo-codes-'));
  const models = openModels();
  portrait = await portraitFrom(recording('cap12_edit.webm'), models);
  const franck = await recordPictures(
    path.join(folder, 'franck.webm'),
    await picturesOf(recording('franck.webm'), 0, 30),
  );
  otherPortrait = await portraitFrom(franck, models);
});
after(() => rm(folder, { recursive: true, force: true }));

/** Several documents are held against one recording: it is measured once. */
function rememberingVideos(engine: Engine): Engine {
  const measured = new Map<string, ReturnType<Engine['measureVideo']>>();
  return {
    ...engine,
    measureVideo(task) {
      const known = measured.get(task.faceVideo) ?? engine.measureVideo(task);
      measured.set(task.faceVideo, known);
      return known;
    },
  };
}

const documentOf = (request: Partial<DocumentRequest>, face: Raster = portrait): Promise<ApplicantDocument> =>
  photographedDocument({ type: 'esp-dni-4', seed: 20260, at: AT, ...request }, { folder, portrait: face, level: 1 });

async function assessed(
  document: Pick<ApplicantDocument, 'front' | 'back'>,
  { faceVideo = sameMan, ...request }: Partial<AssessRequest> & { faceVideo?: string } = {},
): Promise<{ assessment: Assessment; wire: Resultado }> {
  const answer = await assess(
    { faceVideo, front: document.front, back: document.back },
    { requestedNumber: null, challenge: null, at: AT, attributeModel: shippedAttributeModel, ...request },
    engine,
  );
  assert.ok(answer.ok);
  const { assessment } = answer.value;
  return { assessment, wire: resultOf(assessment) };
}

const slugsOf = ({ reasons }: Assessment): string[] => reasons.map(({ slug }) => slug);

test('the man of the portrait with a sound document is answered with a similarity above 80', async () => {
  const document = await documentOf({});
  const { fields } = document.truth;
  const { assessment, wire } = await assessed(document, { requestedNumber: fields.documentNumber! });
  assert.deepEqual(slugsOf(assessment), []);
  assert.ok(wire.Resultado > 80 && wire.Resultado < 100);
  assert.equal(wire.Resultado, wire.ParecidoPersonaDNI);
  assert.deepEqual(
    [wire.DNIAnverso, wire.DNIReverso, wire.AnversoReversoCoinciden, wire.DNISolicitadoCoincide, wire.DNI.DNI],
    [fields.documentNumber, fields.documentNumber, 'Si', 'Si', fields.documentNumber],
  );
  assert.deepEqual(
    [wire.DNI.NumeroSerie, wire.DNI.Nacionalidad, wire.DNI.TipoDocumento, wire.DNI.Caducado, wire.PruebaDeVida],
    [fields.supportNumber, 'ESP', 'ID-1', 'No', 'Si'],
  );
});

test('a portrait half way between two men is answered with -1 and its similarity', async () => {
  const { assessment, wire } = await assessed(await documentOf({ seed: 20261 }, blended(portrait, otherPortrait, 0.5)));
  assert.equal(wire.Resultado, -1, slugsOf(assessment).join());
  assert.ok(Number(wire.ParecidoPersonaDNI) < 80);
});

test('a minor is answered with -2', async () => {
  const { wire } = await assessed(await documentOf({ seed: 20262, flaws: ['minor'] }));
  assert.equal(wire.Resultado, -2);
  assert.ok(Number(wire.DNI.Edad) < 18);
});

test("somebody else's back is answered with -3", async () => {
  const { assessment, wire } = await assessed(await documentOf({ seed: 20263, flaws: ['other-person-back'] }));
  assert.equal(wire.Resultado, -3, slugsOf(assessment).join());
  assert.equal(wire.AnversoReversoCoinciden, 'No');
});

test('two men in one recording are answered with -4', async () => {
  const first = await picturesOf(recording('cap12_edit.webm'), 0, 25);
  const second = (await picturesOf(recording('franck.webm'), 0, 25)).map((picture) => sizedLike(picture, first[0]!));
  const faceVideo = await recordPictures(path.join(folder, 'swapped.webm'), [...first, ...second]);
  const { assessment, wire } = await assessed(await documentOf({}), { faceVideo });
  assert.equal(wire.Resultado, -4, slugsOf(assessment).join());
  assert.equal(wire.ProcesoRelizadoMismaPersona, 'No');
});

test('an expired document is answered with -5', async () => {
  const { wire } = await assessed(await documentOf({ seed: 20265, flaws: ['expired'] }));
  assert.equal(wire.Resultado, -5);
  assert.equal(wire.DNI.Caducado, 'Si');
});

test('a photograph instead of a face is answered with -6', async () => {
  const [still] = await picturesOf(recording('cap12_edit.webm'), 1000, 1);
  const faceVideo = await recordPictures(path.join(folder, 'still.webm'), new Array<Raster>(50).fill(still!));
  const { assessment, wire } = await assessed(await documentOf({}), { faceVideo });
  assert.equal(wire.Resultado, -6, slugsOf(assessment).join());
  assert.equal(wire.PruebaDeVida, 'No');
});

test('a document without its back is answered with -7', async () => {
  const document = await documentOf({});
  const { assessment, wire } = await assessed({ ...document, back: null });
  assert.equal(wire.Resultado, -7);
  assert.ok(slugsOf(assessment).includes('evidence-missing'));
});

test("another man's document is answered with -8", async () => {
  const { assessment, wire } = await assessed(await documentOf({ seed: 20268 }, otherPortrait));
  assert.equal(wire.Resultado, -8);
  assert.ok(slugsOf(assessment).includes('portrait-very-different'));
});

test('a document whose check digits are wrong is answered with -8 as well', async () => {
  const { assessment, wire } = await assessed(await documentOf({ seed: 20270, flaws: ['wrong-check-digit'] }));
  assert.equal(wire.Resultado, -8, slugsOf(assessment).join());
  assert.ok(!slugsOf(assessment).includes('portrait-very-different'));
});

test('another number than the requested one is answered with -9', async () => {
  const { wire } = await assessed(await documentOf({}), { requestedNumber: '00000000T' });
  assert.equal(wire.Resultado, -9);
  assert.equal(wire.DNISolicitadoCoincide, 'No');
});

const blended = (one: Raster, other: Raster, share: number): Raster => ({
  ...one,
  rgb: one.rgb.map((value, at) => value * (1 - share) + other.rgb[at]! * share),
});

/** Placed in the middle of a picture of the other's size, so that one recording can hold both. */
function sizedLike(picture: Raster, { widthPx, heightPx }: Raster): Raster {
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(90);
  const left = (widthPx - picture.widthPx) >> 1;
  const top = (heightPx - picture.heightPx) >> 1;
  for (let y = 0; y < picture.heightPx; y++) {
    const row = picture.rgb.subarray(y * picture.widthPx * 3, (y + 1) * picture.widthPx * 3);
    rgb.set(row, ((y + top) * widthPx + left) * 3);
  }
  return { widthPx, heightPx, rgb };
}
