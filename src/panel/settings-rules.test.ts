import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultSettings } from '../access/account.ts';
import { toldOf } from './settings-rules.ts';
import { accountTerms, ownSettings } from './settings.schema.ts';

test('every setting is either the account’s own to change or one of its terms, and its default can be set', () => {
  const { state: _state, ...terms } = accountTerms.shape;
  const placed = [...Object.keys(ownSettings.shape), ...Object.keys(terms)];
  assert.deepEqual(placed.sort(), Object.keys(defaultSettings).sort());
  const own = Object.fromEntries(
    Object.entries(defaultSettings).filter(([name]) => Object.hasOwn(ownSettings.shape, name)),
  );
  assert.deepEqual(ownSettings.parse(own), own);
});

test('a change is told with what was before it; what stayed is not told, pictures and long texts are not repeated', () => {
  assert.deepEqual(
    toldOf(
      { language: 'es', logo: null, senders: null, purpose: null, flashes: true },
      { language: 'en', logo: 'data:…', senders: ['A'], purpose: 'x'.repeat(300), flashes: true },
    ),
    {
      language: 'en',
      'language before': 'es',
      logo: 'a picture',
      'logo before': 'none',
      senders: '["A"]',
      'senders before': 'null',
      purpose: `${'x'.repeat(200)}…`,
      'purpose before': 'null',
    },
  );
});
