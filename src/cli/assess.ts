import { writeFile } from 'node:fs/promises';
import { resultOf, resultadoOf } from '../contract/resultado.ts';
import { assess, type AssessedApplicant } from '../engine/assess.ts';
import { operatingLines } from '../engine/decision/judge.ts';
import type { EngineFailure, EvidenceRefusal } from '../engine/tasks.ts';
import { workerEngine } from '../engine/workers.client.ts';
import { shippedAttributeModel } from '../engine/face/attributes/attribute-model.ts';
import { challengeSchema, type Challenge } from '../engine/liveness/challenge.ts';
import { assessmentReport } from '../report/assessment-report.ts';
import { assessmentText } from '../report/assessment-text.ts';
import { encodeForReport } from '../report/encode.client.ts';
import { languages, textsOf } from '../report/texts.ts';
import { UsageError, isoDate, oneOf, parseCommandLine, required, wholeNumber, type Command } from './command.ts';
import { readAttributeModel, readJson } from './option-file.ts';

const help = `cotejo assess: a face video and photographs of a document, to a result

usage: cotejo assess --face VIDEO --front IMAGE [--back IMAGE] [options]

  --face VIDEO          WebM (VP8, VP9) or MP4/MOV (H.264), at most 60 s and 1920 px a side
  --front IMAGE         JPEG, PNG or WebP of the front of the document, or of the passport's data page
  --back IMAGE          the back, where the document has one
  --dni NUMBER          the document number that is expected
  --challenge FILE      the gestures that were asked for, as JSON
  --at DATE             the day on which document and age are judged (default: today)
  --format FORMAT       text (default), json: the whole assessment, or wire: the contract's Result
  --report FILE.html    writes what the engine saw, with pictures
  --lang LANGUAGE       en (default) or es: the language of text and report
  --attributes FILE     attribute weights made by 'cotejo calibrate attributes'
  --workers NUMBER      1 or 2 (default) worker processes; the result is the same
`;

export const assessCommand: Command = {
  help,
  async run(args) {
    const { values } = parseCommandLine(args, {
      face: { type: 'string' },
      front: { type: 'string' },
      back: { type: 'string' },
      dni: { type: 'string' },
      challenge: { type: 'string' },
      at: { type: 'string' },
      format: { type: 'string', default: 'text' },
      report: { type: 'string' },
      lang: { type: 'string', default: 'en' },
      attributes: { type: 'string' },
      workers: { type: 'string', default: '2' },
    });
    const faceVideo = required(values.face, '--face');
    const front = required(values.front, '--front');
    const format = oneOf(values.format, '--format', ['text', 'json', 'wire']);
    const language = oneOf(values.lang, '--lang', languages);
    const at = values.at === undefined ? today() : isoDate(values.at, '--at');
    const workers = wholeNumber(values.workers, '--workers', 1, 2) as 1 | 2;
    const challenge = values.challenge === undefined ? null : await readChallenge(values.challenge);
    const attributeModel =
      values.attributes === undefined
        ? shippedAttributeModel
        : await readAttributeModel(values.attributes, '--attributes');
    const engine = workerEngine(workers);
    let assessed: AssessedApplicant;
    try {
      const result = await assess(
        { faceVideo, front, back: values.back ?? null },
        { requestedNumber: values.dni ?? null, challenge, at, attributeModel },
        engine,
      );
      if (!result.ok) throw new UsageError(refusalLine(result.refusal, { faceVideo, front, back: values.back }));
      assessed = result.value;
    } finally {
      await engine.close();
    }
    await writeOut(assessed, { format, language, at, report: values.report });
    return 0;
  },
};

export type Output = {
  readonly format: 'text' | 'json' | 'wire';
  readonly language: (typeof languages)[number];
  readonly at: string;
  readonly report: string | undefined;
};

/** Prints the assessment and writes its report where one is asked for. */
export async function writeOut(assessed: AssessedApplicant, { format, language, at, report }: Output): Promise<void> {
  const { assessment, exhibits, timings } = assessed;
  const resultFigure = resultadoOf(assessment);
  const texts = textsOf[language];
  if (format === 'wire') process.stdout.write(`${JSON.stringify(resultOf(assessment))}\n`);
  else if (format === 'json') process.stdout.write(`${JSON.stringify({ ...assessment, timings }, null, 2)}\n`);
  else process.stdout.write(assessmentText(assessment, resultFigure, texts));
  if (report === undefined) return;
  const content = { assessment, exhibits, timings, operatingLines, resultFigure, at };
  const page = await assessmentReport(content, texts, encodeForReport);
  await writeFile(report, page).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--report: cannot write ${report} (${error.code ?? 'unknown error'})`);
  });
}

/** Dates of documents are days where the applicant is; the service's are Spain's. */
const today = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid' }).format(new Date());

async function readChallenge(file: string): Promise<Challenge> {
  const parsed = challengeSchema.safeParse(await readJson(file, '--challenge'));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new UsageError(`--challenge: ${issue.path.join('.') || 'file'}: ${issue.message}`);
}

function refusalLine(
  refusal: EvidenceRefusal | EngineFailure,
  files: { faceVideo: string; front: string; back: string | undefined },
): string {
  const [option, file] = {
    'face-video': ['--face', files.faceVideo],
    front: ['--front', files.front],
    back: ['--back', files.back ?? ''],
  }[refusal.evidence] as [string, string];
  return `${option}: ${file}: ${refusal.kind} (${refusal.detail})`;
}
