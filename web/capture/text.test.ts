import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { type Dictionary, filled, languageFor, languages } from './languages.ts';

const folder = path.join(import.meta.dirname, 'text');
const dictionaryOf = (language: string): Dictionary =>
  JSON.parse(readFileSync(path.join(folder, `${language}.json`), 'utf8')) as Dictionary;
const spanish = dictionaryOf('es');
const placeholders = (sentence: string): string[] => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

test('every language has a text file, and every text file a language', () => {
  assert.deepEqual(readdirSync(folder).sort(), languages.map((language) => `${language}.json`).sort());
});

for (const language of languages)
  test(`${language}: the same keys as Spanish, the same placeholders, nothing empty`, () => {
    const dictionary = dictionaryOf(language);
    assert.deepEqual(Object.keys(dictionary), Object.keys(spanish));
    for (const [key, sentence] of Object.entries(dictionary)) {
      assert.deepEqual(placeholders(sentence), placeholders(spanish[key as keyof Dictionary]), key);
      assert.equal(sentence.trim(), sentence, key);
      assert.notEqual(sentence, '', key);
    }
  });

for (const language of languages.filter((each) => each !== 'es'))
  test(`${language}: sentences are its own`, () => {
    const dictionary = dictionaryOf(language);
    const sentences = Object.entries(dictionary).filter(([, sentence]) => sentence.length > 25);
    const same = sentences.filter(([key, sentence]) => sentence === spanish[key as keyof Dictionary]);
    assert.deepEqual(same, []);
  });

test('every sentence that the page can say is asked for somewhere', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'),
  );
  const code = files.map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8')).join('\n');
  // A key is written whole, or as a beginning with `${…}` behind it or an end with it before.
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
  const unused = Object.keys(spanish).filter((key) => !patterns.some((pattern) => pattern.test(key)));
  assert.deepEqual(unused, []);
});

test('the language is what was chosen, else what the browser wishes, else the account’s, else Spanish', () => {
  assert.equal(languageFor('eu', ['en-GB'], 'es'), 'eu');
  assert.equal(languageFor(null, ['sv', 'pt-BR', 'en'], 'es'), 'pt');
  assert.equal(languageFor(null, ['sv'], 'fr'), 'fr');
  assert.equal(languageFor(null, ['sv'], null), 'es');
});

test('a sentence without what it wants is a bug', () => {
  assert.equal(filled('Hola, {company}', { company: 'Banco' }), 'Hola, Banco');
  assert.throws(() => filled('Hola, {company}'), RangeError);
});
