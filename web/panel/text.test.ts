import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { type Dictionary, filled, languageFor, languages } from './languages.ts';

const dictionaryOf = (language: string): Dictionary =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'text', `${language}.json`), 'utf8')) as Dictionary;
const spanish = dictionaryOf('es');
const placeholders = (sentence: string): string[] => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

for (const language of languages)
  test(`${language}: the same keys as Spanish in the same order, the same placeholders, nothing empty`, () => {
    const dictionary = dictionaryOf(language);
    assert.deepEqual(Object.keys(dictionary), Object.keys(spanish));
    for (const [key, sentence] of Object.entries(dictionary)) {
      assert.deepEqual(placeholders(sentence), placeholders(spanish[key as keyof Dictionary]), key);
      assert.equal(sentence.trim(), sentence, key);
      assert.notEqual(sentence, '', key);
    }
  });

test('English sentences are English', () => {
  const same = Object.entries(dictionaryOf('en')).filter(
    ([key, sentence]) => sentence.length > 25 && sentence === spanish[key as keyof Dictionary],
  );
  assert.deepEqual(same, []);
});

test('every sentence that the panel can say is asked for somewhere', () => {
  const files = globSync('**/*.{ts,tsx}', { cwd: import.meta.dirname }).filter((file) => !file.endsWith('.test.ts'));
  const code = files.map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8')).join('\n');
  // A key is written whole, or with `${…}` in the place of a part of it.
  const patterns = [...code.matchAll(/[`']([\w.-]*(?:\$\{[^}]*\}[\w.-]*)*)[`']/g)]
    .map(([, text]) => text!)
    .filter((text) => text.includes('.'))
    .map(
      (text) =>
        new RegExp(
          `^${text
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replaceAll('.', '\\.'))
            .join('[\\w-]+')}$`,
        ),
    );
  assert.deepEqual(
    Object.keys(spanish).filter((key) => !patterns.some((pattern) => pattern.test(key))),
    [],
  );
});

test('the language is what was chosen, else the browser’s first that there is, else Spanish', () => {
  assert.equal(languageFor('en', ['es-ES']), 'en');
  assert.equal(languageFor(null, ['sv', 'en-GB', 'es']), 'en');
  assert.equal(languageFor('xx', ['sv']), 'es');
});

test('a sentence without what it wants is a bug', () => {
  assert.equal(filled('Hola, {name}', { name: 7 }), 'Hola, 7');
  assert.throws(() => filled('Hola, {name}'), RangeError);
});
