import { ok } from '../kernel/result.ts';
import type { Raster } from '../engine/image/raster.ts';
import type { DocumentMeasurement, Engine } from '../engine/tasks.ts';
import type { Finding } from '../verification/assessment.ts';
import type { TestApplicant } from '../verification/rehearsal.ts';
import { suppliedFaces, suppliedVideo } from './supplied-face.ts';

/**
 * The engine as one test applicant meets it: the document is measured for real, the recording as well where nothing in it has to be alive.
 * Elsewhere the face is supplied, and compared by the real code with the portrait that was really found. For one assessment.
 */
export function rehearsedEngine(engine: Engine, applicant: TestApplicant, card: Raster): Engine {
  const face = suppliedFaces[applicant];
  const document = Promise.withResolvers<{ readonly measured: DocumentMeasurement | null; readonly at: string }>();
  return {
    async measureDocument(task) {
      const answer = await engine.measureDocument(task);
      document.resolve({ measured: answer.ok ? answer.value : null, at: task.at });
      return answer.ok ? ok(asNoSpecimen(answer.value)) : answer;
    },
    async measureVideo(task) {
      if (face === null) return engine.measureVideo(task);
      const { measured, at } = await document.promise;
      return ok(suppliedVideo(face, measured, { card, at }));
    },
    close: () => engine.close(),
  };
}

/** A test's document is a specimen by its nature, all the more where it carries the number of specimens: that is not held against it. */
const asNoSpecimen = (measured: DocumentMeasurement): DocumentMeasurement => ({
  ...measured,
  reading: {
    ...measured.reading,
    specimenWords: [],
    crossChecks: measured.reading.crossChecks.map((check) =>
      check.name === 'no-specimen' ? { name: check.name, holds: true } : check,
    ),
  },
});

/** What a case says of how it came about: it stands among its findings, wherever they go. */
export const rehearsalFinding = (applicant: TestApplicant): Finding => ({
  check: 'rehearsal/test-applicant',
  score: 1,
  higherMeans: 'a test: nobody was verified',
  durationMs: 0,
  details: { applicant, face: suppliedFaces[applicant] === null ? 'measured' : 'supplied', document: 'measured' },
});
