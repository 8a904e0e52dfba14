import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { calibrateAttributes, evaluateAttributes } from './attributes.client.ts';
import { openModels } from '../engine/runtime/models.client.ts';
import { recording } from '../../tests/corpus.ts';

const models = openModels();
let folder = '';

const labels = `file,person,glasses,sunglasses,beard,moustache
walter2_crop.jpg,a,yes,no,yes,yes
sean_guru2_crop.jpg,b,no,no,yes,yes
audrey.jpg,c,no,no,no,no
franck_02221.jpg,d,no,no,no,no
kim1_crop.jpg,e,no,no,no,no
`;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'attributes-'));
  for (const line of labels.trim().split('\n').slice(1)) {
    const [file] = line.split(',');
    await copyFile(path.join(path.dirname(recording('franck.webm')), file!), path.join(folder, file!));
  }
});
after(() => rm(folder, { recursive: true }));

const list = (text: string): Promise<void> => writeFile(path.join(folder, 'labels.csv'), text);
const refusalOf = async (): Promise<unknown> => {
  const outcome = await calibrateAttributes({ folder, models });
  return outcome.ok ? null : outcome.refusal;
};

test('a folder of labelled photographs is counted answer by answer, with its progress told', async () => {
  await list(labels);
  const told: [number, number][] = [];
  const evaluated = await evaluateAttributes({ folder, models, onProgress: (done, total) => told.push([done, total]) });
  assert.ok(evaluated.ok);
  const { photographs, persons, facesFound, attributes, failures } = evaluated.value;
  assert.deepEqual([photographs, persons, facesFound], [5, 5, 5]);
  assert.deepEqual(attributes.beard.positives, { yes: 2, no: 0, unclear: 0, gated: 0 });
  assert.deepEqual(attributes.beard.negatives, { yes: 0, no: 3, unclear: 0, gated: 0 });
  assert.deepEqual(attributes.readingGlasses.positives, { yes: 1, no: 0, unclear: 0, gated: 0 });
  assert.deepEqual(failures, []);
  assert.deepEqual(told.at(-1), [5, 5]);
});

test('five photographs are too few to calibrate on, and the refusal counts them', async () => {
  await list(labels);
  const refusal = (await refusalOf()) as { kind: string; detail: string };
  assert.equal(refusal.kind, 'too-few-faces');
  assert.match(refusal.detail, /beard: 2 faces of 2 persons with it and 3 of 3 without, needed are 40 and 150/);
});

test('a list that is missing or wrong, and a photograph that is not there, are named', async () => {
  await rm(path.join(folder, 'labels.csv'), { force: true });
  assert.deepEqual(await refusalOf(), {
    kind: 'labels-missing',
    detail: 'the folder has neither labels.csv nor labels.json',
  });
  await list(labels.replace('a,yes', 'a,si'));
  assert.deepEqual(await refusalOf(), {
    kind: 'labels-unusable',
    detail: "labels.csv: line 2, glasses: 'si' is none of yes, no, unsure, hidden",
  });
  await list(labels.replace('audrey.jpg', 'gone.jpg'));
  assert.deepEqual(await refusalOf(), {
    kind: 'photograph-unusable',
    detail: 'photograph 3 of the list, gone.jpg: the file cannot be opened',
  });
});
