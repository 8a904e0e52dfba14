// The figures that the engine is held to, on the measuring corpus, through the command that anybody can run. Not run where there is no corpus.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { DocumentsEvaluation } from '../src/evaluation/documents.ts';
import type { FacesEvaluation } from '../src/evaluation/faces.ts';
import type { LivenessEvaluation } from '../src/evaluation/liveness.ts';
import { corpusTest } from './corpus.ts';

const cotejo = path.join(import.meta.dirname, '../bin/cotejo');

async function evaluated<Figures>(kind: string, corpus: string): Promise<Figures> {
  const child = spawn(cotejo, ['evaluate', kind, corpus, '--json', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Figures;
}

corpusTest('faces: error rates at the line of 80, clean and in document condition', async (corpus, t) => {
  const { images, facesFound, eer, operatingPoint, degraded } = await evaluated<FacesEvaluation>('faces', corpus);
  t.diagnostic(
    `FMR ${operatingPoint.fmr} FNMR ${operatingPoint.fnmr} EER ${eer} degraded FNMR ${degraded.operatingPoint.fnmr}`,
  );
  assert.ok(facesFound / images >= 0.99);
  assert.ok(operatingPoint.fmr <= 0.001 && operatingPoint.fnmr <= 0.03 && eer <= 0.01);
  assert.ok(degraded.operatingPoint.fnmr <= 0.04);
});

corpusTest('liveness: movements found, wrong sequences and replays stopped, nobody live refused', async (corpus, t) => {
  const { challenge, passive, passiveVideos } = await evaluated<LivenessEvaluation>('liveness', corpus);
  t.diagnostic(JSON.stringify({ ...challenge, byGesture: undefined, rates: undefined }));
  t.diagnostic(JSON.stringify(passive));
  assert.ok(challenge.rightPassed / challenge.rightTotal >= 0.95);
  assert.ok(challenge.wrongPassed / challenge.wrongTotal <= 0.01);
  assert.ok(challenge.replayPassed / challenge.replayTotal <= 0.01);
  assert.equal(passiveVideos.replay.passed, 0);
  assert.ok((passive.replay.passed + passive.print.passed) / (passive.replay.total + passive.print.total) <= 0.1);
  assert.equal(passive.bonaFide.rejected, 0);
  assert.ok(passive.bonaFide.reviewed / passive.bonaFide.total <= 0.15);
});

corpusTest('documents: zones, fields and portraits', async (corpus, t) => {
  const { mrz, spanish, portraits } = await evaluated<DocumentsEvaluation>('documents', corpus);
  t.diagnostic(JSON.stringify({ mrz: { ...mrz, errors: undefined }, portraits, spanish: spanish.byField }));
  assert.equal(mrz.falseMrz, 0);
  assert.ok(mrz.dataLines / mrz.total >= 0.95);
  assert.ok(mrz.acceptedWrong / mrz.accepted <= 1 / 60);
  assert.ok(portraits.found / portraits.shown >= 0.95);
});
