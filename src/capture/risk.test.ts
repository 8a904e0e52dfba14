import assert from 'node:assert/strict';
import test from 'node:test';
import { isMeasured } from '../verification/assessment.ts';
import type { FaceAttempt } from './face-attempt.ts';
import { type CapturedUnder, captureFindings } from './risk.ts';

const attempt = (attemptNumber: number, told: number): FaceAttempt => ({
  attemptNumber,
  round: 1,
  begunAt: new Date(0),
  challenge: { baselineMs: 1000, steps: [], withoutTurning: false },
  toldAtMs: Array.from({ length: told }, (_, step) => 1000 + step * 3000),
  itemNumber: attemptNumber,
  chunks: 12,
  recordedMs: 12_000,
  beginsByMs: 300,
  shown: [],
  endedAt: new Date(20_000),
  voidReason: null,
});

const usual: CapturedUnder = {
  device: {
    browser: 'Chrome 141',
    system: 'Android 15',
    display: '412 x 915',
    isMobile: true,
    hasTouch: true,
    hasNativeCamera: true,
  },
  track: {
    label: 'camera2 1, facing front',
    settings: { facingMode: 'user', width: 640 },
    capabilities: { zoom: {} },
    cameras: 3,
  },
  attempt: attempt(1, 3),
  attempts: [attempt(1, 3)],
  frameTimesMs: Array.from({ length: 90 }, (_, frame) => frame * 33 + (frame % 5) * 2),
};

const scores = (captured: CapturedUnder): Record<string, number> =>
  Object.fromEntries(
    captureFindings(captured).map((finding) => [finding.check, isMeasured(finding) ? finding.score : NaN]),
  );

test('a usual phone is usual in every respect', () => {
  assert.deepEqual(scores(usual), {
    'capture/camera-name': 1,
    'capture/camera-facts': 1,
    'capture/browser': 1,
    'capture/attempts': 1,
    'capture/frame-times': 1,
  });
});

test('cameras that are files, programs or canvases are told by their names', () => {
  const named = (label: string): number =>
    scores({ ...usual, track: { ...usual.track!, label } })['capture/camera-name']!;
  for (const label of [
    'OBS Virtual Camera',
    'ManyCam Virtual Webcam',
    '/tmp/face.mjpeg',
    'C:\\clips\\me.y4m',
    'fake_device_0',
    'v4l2loopback (0000)',
    'Dummy video device (0x0000)',
  ])
    assert.ok(named(label) < 0.5, label);
  for (const label of ['', '9fce1bb0-77c3-4a7a-9d2c-0a8f7e2f4d11', '{f2f3ab00-1111-2222-3333-444455556666}'])
    assert.equal(named(label), 0.3, label);
  for (const label of [
    'Front Camera',
    'Cámara frontal',
    'camera 0, facing back',
    'FaceTime HD Camera',
    'Integrated Webcam (0bda:5539)',
    'Screenless Cam',
  ])
    assert.equal(named(label), 1, label);
});

test('a phone whose camera looks nowhere, a changed or driven browser, and shown sequences lower their own scores only', () => {
  const other = scores({
    ...usual,
    device: { ...usual.device!, isAutomated: true },
    track: { ...usual.track!, settings: {}, capabilities: null },
    attempt: attempt(3, 3),
    attempts: [attempt(1, 2), attempt(2, 0), attempt(3, 3)],
    frameTimesMs: Array.from({ length: 90 }, (_, frame) => frame * 40),
  });
  assert.deepEqual(other, {
    'capture/camera-name': 1,
    'capture/camera-facts': 0.3,
    'capture/browser': 0,
    'capture/attempts': 0.5,
    'capture/frame-times': 0,
  });
});

test('what is not known is not judged', () => {
  assert.deepEqual(scores({ ...usual, device: null, track: null, frameTimesMs: [] }), { 'capture/attempts': 1 });
});
