import assert from 'node:assert/strict';
import test from 'node:test';
import { preferredLanguage } from './accept-language.ts';

test('Spanish, unless English is liked better', () => {
  const table = {
    '': 'es', '*': 'es', 'fr': 'es', 'es': 'es', 'en': 'en', 'en-GB': 'en', 'EN-us,en;q=0.9': 'en', 'es,en': 'es', 'en,es': 'en', 'en;q=0.5,es;q=0.8': 'es',
    'fr,en;q=0.2': 'en', 'en;q=0': 'es', 'en;q=x': 'es', 'english': 'es', 'de-DE,de;q=0.9,en;q=0.8,es;q=0.7': 'en', ',;q=1,': 'es',
  }; // prettier-ignore
  for (const [header, language] of Object.entries(table)) assert.equal(preferredLanguage(header), language, header);
  assert.equal(preferredLanguage(undefined), 'es');
});
