/**
 * Cotejo against what one gets as it comes: node tools/compare/compare.ts [FOLDER] [--rounds N] [--part faces|documents]
 *
 * FOLDER has the corpus layout (faces/manifest.json, documents/manifest.json). Without it, stills and frames of the test footage
 * and generated documents are compared.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { compareTemplates } from '../../src/engine/face/compare.ts';
import type { FaceTemplate } from '../../src/engine/face/face.ts';
import { documentRates, type ReadMrz } from './document-rates.ts';
import { faceRates, nearness, type FaceRates } from './face-rates.ts';
import { picturesAtHand, picturesOf, type Pictures } from './pictures.ts';
import type { Taken } from './workers/worker.ts';

type Tool<Output> = {
  readonly name: string;
  readonly worker: string;
  /** What its outputs are worth, in a few words, from the outputs of one round. */
  readonly accuracy: (outputs: readonly Output[]) => string;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, part: { type: 'string' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) fail('--rounds takes a whole number from 1');
if (values.part !== undefined && !['faces', 'documents'].includes(values.part)) fail('--part is faces or documents');
if (!existsSync(path.join(import.meta.dirname, 'node_modules')))
  fail('the other tools are not installed: run npm ci in tools/compare');

const scratch = await mkdtemp(path.join(tmpdir(), 'cotejo-compare-'));
try {
  const [folder] = positionals;
  const pictures = folder === undefined ? await picturesAtHand(scratch) : await picturesOf(folder);
  if (values.part !== 'documents') await compareFaces(pictures.faces);
  if (values.part !== 'faces') await compareDocuments(pictures.documents);
} finally {
  await rm(scratch, { recursive: true });
}

async function compareFaces(faces: Pictures['faces']): Promise<void> {
  const similarityOfTemplates = (one: CotejoTemplate, other: CotejoTemplate): number =>
    compareTemplates(typed(one), typed(other)).fused;
  const cotejo: Tool<CotejoTemplate | null> = {
    name: 'cotejo',
    worker: 'cotejo-face.ts',
    accuracy: (templates) => faceAccuracy(faceRates(faces, templates, similarityOfTemplates)),
  };
  const faceApi: Tool<readonly number[] | null> = {
    name: 'face-api.js (wasm)',
    worker: 'face-api.ts',
    accuracy: (descriptors) => faceAccuracy(faceRates(faces, descriptors, nearness)),
  };
  const [ours, theirs] = await compare('Faces: detect, align, describe', faces, cotejo, faceApi);
  const isFoundByBoth = faces.map((_, i) => ours[i] !== null && theirs[i] !== null);
  const common = <Item>(items: readonly Item[]): Item[] => items.filter((_, i) => isFoundByBoth[i]);
  console.log('  On the pictures on which both found a face:');
  const ratesOfOurs = faceRates(common(faces), common(ours), similarityOfTemplates);
  console.log(`  ${cotejo.name}: ${faceAccuracy(ratesOfOurs)}`);
  console.log(`  ${faceApi.name}: ${faceAccuracy(faceRates(common(faces), common(theirs), nearness))}`);
}

type CotejoTemplate = { readonly a: readonly number[]; readonly b: readonly number[] };

function typed({ a, b }: CotejoTemplate): FaceTemplate {
  return { a: Float32Array.from(a), b: Float32Array.from(b) };
}

function faceAccuracy(rates: FaceRates): string {
  const percent = (rate: number): string => `${(100 * rate).toFixed(2)} %`;
  return (
    `found ${rates.found}/${rates.images}, EER ${percent(rates.eer)}, FNMR at FMR 1e-2 ${percent(rates.fnmrAt1e2)}, ` +
    `at 1e-3 ${percent(rates.fnmrAt1e3)} (${rates.genuine} genuine, ${rates.impostor} impostor pairs)`
  );
}

async function compareDocuments(documents: Pictures['documents']): Promise<void> {
  const accuracy = (outputs: readonly ReadMrz[]): string => {
    const rates = documentRates(documents, outputs);
    return (
      `MRZ exact ${rates.exact}/${rates.withMrz}, lines exact ${rates.linesExact}/${rates.lines}, ` +
      `given out and wrong ${rates.reliedAndWrong}, MRZ where there is none ${rates.falseMrz}/${rates.withoutMrz}`
    );
  };
  const cotejo: Tool<ReadMrz> = { name: 'cotejo', worker: 'cotejo-document.ts', accuracy };
  const ocr: Tool<ReadMrz> = { name: '@gutenye/ocr-node', worker: 'ocr-node.ts', accuracy };
  await compare('Documents: all text, and the MRZ', documents, cotejo, ocr);
}

/**
 * Alternates the tools round by round, so that whatever else the machine does falls on both.
 * @returns what each tool made of the pictures; every round gives the same.
 */
async function compare<One, Other>(
  title: string,
  pictures: readonly { readonly file: string }[],
  one: Tool<One>,
  other: Tool<Other>,
): Promise<readonly [readonly One[], readonly Other[]]> {
  const files = pictures.map(({ file }) => file);
  const list = path.join(scratch, 'round.json');
  await writeFile(list, JSON.stringify({ files }));
  const ofOne: Taken<One>[][] = [];
  const ofOther: Taken<Other>[][] = [];
  for (let round = 0; round < rounds; round++) {
    ofOne.push(await takeRound<One>(one.worker, list));
    ofOther.push(await takeRound<Other>(other.worker, list));
    console.error(`round ${round + 1} of ${rounds}`);
  }
  const cpuOfOne = ofOne.map(cpuPerPicture);
  const cpuOfOther = ofOther.map(cpuPerPicture);
  console.log(`${title}; ${files.length} pictures, ${rounds} rounds each`);
  const outputsOfOne = ofOne[0]!.map(({ output }) => output);
  const outputsOfOther = ofOther[0]!.map(({ output }) => output);
  console.log(`  ${one.name}: ${spread(cpuOfOne, 0)} ms CPU per picture; ${one.accuracy(outputsOfOne)}`);
  console.log(`  ${other.name}: ${spread(cpuOfOther, 0)} ms CPU per picture; ${other.accuracy(outputsOfOther)}`);
  const ratios = cpuOfOther.map((cpu, round) => cpu / cpuOfOne[round]!);
  console.log(`  CPU of ${other.name} over CPU of ${one.name}: ${spread(ratios, 2)}`);
  return [outputsOfOne, outputsOfOther];
}

function cpuPerPicture(taken: readonly Taken<unknown>[]): number {
  return taken.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / taken.length;
}

/** Median, and in brackets the least and the most of the rounds. */
function spread(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, middle, most] = [0, sorted.length >> 1, sorted.length - 1].map((at) => sorted[at]!.toFixed(digits));
  return `${middle} (${least} … ${most})`;
}

async function takeRound<Output>(worker: string, list: string): Promise<Taken<Output>[]> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'workers', worker), list], {
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${worker} ended with ${code}: ${errors.trim().split('\n').slice(-8).join('\n')}`);
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Taken<Output>);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
