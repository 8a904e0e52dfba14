import assert from 'node:assert/strict';
import test from 'node:test';
import { deviceCookie, deviceKeyOf, isOfOurPage } from './arrival.ts';

test('a call is of our page when the browser says so, or when nothing says otherwise', () => {
  const host = 'id.example:8443';
  const says = (secFetchSite?: string, origin?: string): boolean => isOfOurPage({ secFetchSite, origin, host });
  assert.equal(says('same-origin'), true);
  for (const site of ['cross-site', 'same-site', 'none', '', 'same-origin, cross-site'])
    assert.equal(says(site), false, site);
  assert.equal(says('cross-site', 'https://id.example:8443'), false);
  assert.equal(says(undefined, 'https://id.example:8443'), true);
  for (const origin of ['https://id.example', 'https://evil.example', 'null', ''])
    assert.equal(says(undefined, origin), false, origin);
  assert.equal(says(), true);
});

test('a device’s key comes back as it was set, and nothing else passes for one', () => {
  const key = 'Ab-_'.repeat(10) + 'Ab0';
  const cookie = deviceCookie(key, { token: 'T'.repeat(29), maxAgeSeconds: 60, isHttps: true });
  assert.equal(
    cookie,
    `cotejo-device=${key}; Path=/i/${'T'.repeat(29)}; Max-Age=60; HttpOnly; SameSite=Strict; Secure`,
  );
  assert.equal(deviceKeyOf(`other=1; ${cookie.split(';')[0]!}; more=2`), key);
  for (const header of [
    undefined,
    '',
    'cotejo-device=',
    `cotejo-device=${key}x`,
    `cotejo-device=${key.slice(1)}"`,
    `xcotejo-device=${key}`,
  ])
    assert.equal(deviceKeyOf(header), null, header);
});
