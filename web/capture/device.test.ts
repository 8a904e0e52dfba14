import assert from 'node:assert/strict';
import test from 'node:test';
import { cameraFailureOf } from './camera-failure.ts';
import { contrastOf, accentOf, luminanceOf } from './colour.ts';
import { type BrowserSaid, deviceFactsOf, surroundingsOf } from './device.ts';
import fc from 'fast-check';

const said: BrowserSaid = {
  userAgent:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  brands: [],
  platform: null,
  platformVersion: null,
  model: null,
  isMobile: null,
  touchPoints: 5,
  display: { width: 360, height: 800 },
  languages: ['es-ES'],
  timezoneOffsetMinutes: -60,
  isSecure: true,
  hasCameraApi: true,
  hasRecorder: true,
  hasNativeCamera: true,
  isAutomated: false,
};
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const mac =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';

test('what a browser tells when asked goes before what its user agent says', () => {
  const { browser, system } = deviceFactsOf({
    ...said,
    brands: [
      { brand: 'Not)A;Brand', version: '99' },
      { brand: 'Chromium', version: '141.0.7390.54' },
      { brand: 'Google Chrome', version: '141.0.7390.54' },
    ],
    platform: 'Android',
    platformVersion: '15.0.0',
  });
  assert.deepEqual([browser, system], ['Chrome 141.0.7390.54', 'Android 15.0.0']);
});

test('browsers and systems are named from the user agent where they tell nothing else', () => {
  const named = (userAgent: string): string[] => {
    const { browser, system } = deviceFactsOf({ ...said, userAgent });
    return [browser, system];
  };
  assert.deepEqual(named(said.userAgent), ['Chrome 141.0.0.0', 'Android 10']);
  assert.deepEqual(named(iphone), ['Safari 18.5', 'iOS 18.5']);
  assert.deepEqual(named(mac), ['Safari 18.5', 'macOS 10.15.7']);
  assert.deepEqual(named('Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'), [
    'Firefox 140.0',
    'Android 15',
  ]);
  assert.deepEqual(named(`${said.userAgent} EdgA/141.0.1`), ['Edge 141.0.1', 'Android 10']);
  assert.deepEqual(named('something'), ['unknown', 'unknown']);
});

test('other applications’ browsers are known, and browsers are not taken for them', () => {
  const isInApp = (userAgent: string): boolean => surroundingsOf({ ...said, userAgent }).isInApp;
  for (const inApp of [
    `${said.userAgent} Instagram 300.0.0`,
    `${said.userAgent} [FB_IAB/FB4A;FBAV/400.0;]`,
    said.userAgent.replace('K)', 'Pixel 7; wv)'),
    iphone.replace(' Version/18.5', '').replace(' Safari/604.1', ''),
    `${iphone} Line/14.0`,
  ])
    assert.equal(isInApp(inApp), true, inApp);
  for (const browser of [said.userAgent, iphone, mac, iphone.replace('Version/18.5', 'CriOS/141.0')])
    assert.equal(isInApp(browser), false, browser);
});

test('a tablet that says it is a Mac is no desk', () => {
  assert.equal(surroundingsOf({ ...said, userAgent: mac, touchPoints: 5 }).isDesk, false);
  assert.equal(surroundingsOf({ ...said, userAgent: mac, touchPoints: 0 }).isDesk, true);
  assert.equal(surroundingsOf(said).isDesk, false);
});

test('what is known to fail is known before anything is asked', () => {
  assert.equal(surroundingsOf({ ...said, isSecure: false, hasCameraApi: false }).cameraFailure, 'insecure');
  assert.equal(surroundingsOf({ ...said, hasRecorder: false }).cameraFailure, 'unsupported');
  assert.equal(surroundingsOf(said).cameraFailure, null);
});

test('every refusal of a camera has its cause', () => {
  const causes = ['NotAllowedError', 'NotReadableError', 'NotFoundError', 'OverconstrainedError', 'TypeError', ''];
  assert.deepEqual(causes.map(cameraFailureOf), [
    'denied',
    'in-use',
    'none',
    'overconstrained',
    'unsupported',
    'failed',
  ]);
});

test('whatever the account’s colour, what is written on it can be read', () => {
  const colours = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
  fc.assert(
    fc.property(colours, (colour) => {
      const { fill, ink } = accentOf(colour);
      assert.ok(contrastOf(luminanceOf(fill), luminanceOf(ink)) >= 4.5, `${fill} ${ink}`);
    }),
  );
  assert.equal(accentOf('red').fill, accentOf(null).fill);
});
