import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareTemplates, similarityPercent } from '../engine/face/compare.ts';
import { livenessReasons } from '../engine/decision/liveness.ts';
import { isSoundVideo } from '../engine/sound-measurement.ts';
import { testApplicants } from '../verification/rehearsal.ts';
import { suppliedFaces, suppliedVideo, templateAlike } from './supplied-face.ts';

const card = { widthPx: 112, heightPx: 112, rgb: new Uint8Array(112 * 112 * 3) };

test('a supplied face compares with any portrait to the similarity that was asked for', (context) => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  const unit = (length: number) =>
    fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
      .filter((values) => Math.hypot(...values) > 0.1)
      .map((values) => Float32Array.from(values, (value) => value / Math.hypot(...values)));
  fc.assert(
    fc.property(unit(128), unit(512), fc.double({ min: 1, max: 99, noNaN: true }), (a, b, percent) => {
      const { fused } = compareTemplates({ a, b }, templateAlike({ a, b }, percent));
      assert.ok(Math.abs(similarityPercent(fused) - percent) < 0.01);
    }),
    { seed, numRuns: 200 },
  );
});

test('what is supplied is sound, says that it was written, and speaks against nobody but two persons', () => {
  for (const applicant of testApplicants) {
    const face = suppliedFaces[applicant];
    if (face === null) continue;
    const video = suppliedVideo(face, null, { card, at: '2026-11-25' });
    assert.ok(isSoundVideo(video));
    assert.ok(video.findings.every((finding) => finding.details?.['test'] === true && finding.model === undefined));
    assert.deepEqual(
      livenessReasons(video.findings, true).map(({ slug, weighs }) => `${slug} ${weighs}`),
      applicant === 'two-persons' ? ['different-persons-in-video refuse'] : [],
    );
  }
});
