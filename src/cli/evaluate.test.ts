import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import type { AttributesEvaluation } from '../evaluation/attribute-rates.ts';
import { recording } from '../../tests/corpus.ts';

const cotejo = path.join(import.meta.dirname, '../../bin/cotejo');
const folder = await mkdtemp(path.join(tmpdir(), 'evaluate-'));
after(() => rm(folder, { recursive: true }));

test('attributes are evaluated on labelled photographs: figures to read, figures as JSON, wrong answers with their pictures', async () => {
  for (const file of ['sean_guru2_crop.jpg', 'audrey.jpg'])
    await copyFile(path.join(path.dirname(recording('franck.webm')), file), path.join(folder, file));
  const rows = ['sean_guru2_crop.jpg,a,no,no,yes,yes', 'audrey.jpg,b,no,no,yes,no'];
  await writeFile(
    path.join(folder, 'labels.csv'),
    ['file,person,glasses,sunglasses,beard,moustache', ...rows].join('\n'),
  );
  const [json, report] = [path.join(folder, 'figures.json'), path.join(folder, 'report.html')];
  const { status, stdout, stderr } = spawnSync(
    cotejo,
    ['evaluate', 'attributes', folder, '--json', json, '--report', report],
    { encoding: 'utf8', timeout: 120_000 },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^attributes$/m);
  assert.match(stdout, /^ {2}beard: yes is right +100\.0 % +1 of 1 answers \[/m);
  assert.match(stdout, /^ {2}beard: answered yes +50\.0 % +1 of 2 who have it$/m);
  assert.match(stdout, /^ {2}sunglasses: yes is right +n\/a +no such answer$/m);
  const figures = JSON.parse(await readFile(json, 'utf8')) as AttributesEvaluation;
  assert.deepEqual(figures.attributes.beard.positives, { yes: 1, no: 1, unclear: 0, gated: 0 });
  // The second label is wrong on purpose: a bare chin.
  assert.deepEqual(figures.failures, [{ file: 'audrey.jpg', attribute: 'beard', label: 'yes', answer: 'no' }]);
  assert.match(
    await readFile(report, 'utf8'),
    /<img src="data:image\/jpeg[^>]+>[^]*audrey\.jpg[^]*labelled yes, answered no/,
  );
});
