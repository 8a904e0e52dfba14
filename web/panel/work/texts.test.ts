import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { operatingLines } from '../../../src/engine/decision/judge.ts';
import { conflicts, refusedValues } from '../../../src/panel/protocol.schema.ts';
import { rejectionReasons, requestStates, retakeReasons } from '../../../src/panel/request.schema.ts';

type Dictionary = Readonly<Record<string, string>>;
const read = (file: string): Dictionary =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8')) as Dictionary;
const spanish = read('text/es.json');
const english = read('text/en.json');
const placeholders = (sentence: string): string[] => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

test('both languages have the same keys with the same placeholders, and nothing empty', () => {
  assert.deepEqual(Object.keys(english), Object.keys(spanish));
  for (const [key, sentence] of Object.entries(english)) {
    assert.deepEqual(placeholders(sentence), placeholders(spanish[key]!), key);
    for (const each of [sentence, spanish[key]!]) assert.ok(each.trim() === each && each !== '', key);
  }
});

test('what companies read of a rejection is told here in the same words', () => {
  for (const [language, texts] of [
    ['es', spanish],
    ['en', english],
  ] as const) {
    const file = path.join(import.meta.dirname, `../../../src/contract/text/${language}.json`);
    const { rejections } = JSON.parse(readFileSync(file, 'utf8')) as { rejections: Dictionary };
    for (const reason of rejectionReasons) assert.equal(texts[`rejection.${reason}`], rejections[reason]);
  }
});

test('what applicants read of a retake is told here in the same words', () => {
  for (const [language, texts] of [
    ['es', spanish],
    ['en', english],
  ] as const) {
    const said = read(`../../capture/text/${language}.json`);
    for (const reason of retakeReasons) assert.equal(texts[`retake-said.${reason}`], said[`retake.why.${reason}`]);
  }
});

test('every state, every check with a line, every refusal and what each line was measured on has its words', () => {
  const wanted = [
    ...requestStates.map((state) => `state.${state}`),
    ...operatingLines.flatMap(({ check, measuredOn }) => [`check.${check}`, `measured-on.${measuredOn}`]),
    ...Object.values(refusedValues).flatMap((slugs) => slugs.map((slug) => `refused.${slug}`)),
  ];
  assert.deepEqual(
    wanted.filter((key) => !(key in spanish)),
    [],
  );
  assert.ok(conflicts.includes('too-late') && 'conflict.too-late' in spanish);
});

test('every sentence is asked for somewhere', () => {
  const panel = path.join(import.meta.dirname, '..');
  const files = ['work', 'pages/desk', 'pages/requests'].flatMap((folder) =>
    readdirSync(path.join(panel, folder))
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'))
      .map((file) => path.join(panel, folder, file)),
  );
  const code = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const patterns = [...code.matchAll(/[`']([\w.-]*(?:\$\{[^}]*\}[\w.-]*)*)[`']/g)]
    .map(([, text]) => text!)
    .filter((text) => text.includes('.'))
    .map((text) => text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.')))
    .map((parts) => new RegExp(`^${parts.join('[\\w-]+')}$`));
  // Groups in which slugs of the service are looked up.
  const groups = new Set([...code.matchAll(/\b(?:called\(|group=")'?([\w-]+)/g)].map(([, group]) => group));
  const unused = Object.keys(spanish).filter(
    (key) => !groups.has(key.split('.')[0]) && !patterns.some((pattern) => pattern.test(key)),
  );
  assert.deepEqual(unused, []);
});
