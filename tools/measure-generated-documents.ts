import type { DocumentReading, FieldName } from '../src/engine/document/document.ts';
import { readDocument } from '../src/engine/document/read-document.ts';
import { loadDictionary } from '../src/engine/document/text/dictionary.client.ts';
import { fold } from '../src/engine/document/values.ts';
import { openModels } from '../src/engine/runtime/models.client.ts';
import { rateOf } from '../src/evaluation/statistics.ts';
import type { CameraLevel } from '../src/specimen/camera.ts';
import { generateDocument } from '../src/specimen/generate.client.ts';
import type { SpecimenType } from '../src/specimen/layouts/index.ts';
import { photograph } from '../src/specimen/photograph.client.ts';

/**
 * Reads fictitious Spanish documents under camera conditions and counts fields that are exact after assignment:
 *
 *   node tools/measure-generated-documents.ts [count] [level] [sides] [seed]
 *
 * count: documents, 200 if not said; level: 0 … 3, 2 if not said; sides: `both` (front and back of one document, as the engine
 * gets them) or `front` (print alone); seed: of the first document.
 */
const [count = '200', levelText = '2', sides = 'both', seedText = '31000'] = process.argv.slice(2);
const level = Number(levelText) as CameraLevel;
const at = '2026-06-01';
const types: readonly SpecimenType[] = ['esp-dni-4', 'esp-dni-3', 'esp-dnie', 'esp-tie'];
const fields: readonly FieldName[] = [
  'documentNumber', 'surnames', 'givenNames', 'birthDate', 'expiryDate', 'sex', 'nationality', 'supportNumber',
]; // prettier-ignore

const models = openModels();
const dictionary = loadDictionary();
const counted = new Map<string, { total: number; exact: number; folded: number }>();
const misses: string[] = [];
let rightType = 0;
let cpuMs = 0;

for (let i = 0; i < Number(count); i++) {
  const type = types[i % types.length]!;
  const seed = Number(seedText) + i;
  const drawn = await generateDocument({ type, seed, at, marked: 'none' });
  const front = (await photograph(drawn.front, { seed, level })).image;
  const back =
    drawn.back === undefined || sides !== 'both' ? null : await photograph(drawn.back, { seed: seed + 500_000, level });
  const began = process.cpuUsage();
  const reading = await readDocument({ front, ...(back === null ? {} : { back: back.image }), at, models, dictionary });
  const { user, system } = process.cpuUsage(began);
  cpuMs += (user + system) / 1000;
  if (reading.type === type) rightType++;
  else misses.push(`${seed} ${type}: taken for ${reading.type}`);
  for (const field of fields) {
    const expected = drawn.truth.fields[field];
    if (expected !== undefined && expected !== '') countField(`${seed} ${type}`, field, expected, reading);
  }
}

let total = 0;
let exact = 0;
let folded = 0;
for (const miss of misses) console.log(miss);
for (const [field, one] of counted) {
  console.log(`${field.padEnd(16)} ${one.exact} of ${one.total} exact, ${one.folded} but for marks`);
  total += one.total;
  exact += one.exact;
  folded += one.folded;
}
const { low, high } = rateOf(exact, total);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
console.log(
  `level ${level}, ${sides}: ${exact} of ${total} fields exact = ${percent(exact / total)} (95 %: ${percent(low)} to ${percent(high)}), ` +
    `${percent(folded / total)} but for marks; type ${rightType} of ${count}; ${Math.round(cpuMs / Number(count))} ms CPU a document`,
);

function countField(document: string, field: FieldName, expected: string, reading: DocumentReading): void {
  const one = counted.get(field) ?? { total: 0, exact: 0, folded: 0 };
  counted.set(field, one);
  const read = reading.fields[field];
  one.total++;
  if (read !== undefined && fold(read.text) === fold(expected)) one.folded++;
  if (read?.text === expected) one.exact++;
  else
    misses.push(
      `${document} ${field}: ${read?.text ?? 'not read'} <> ${expected}${read?.folded === true ? ' (folded)' : ''}`,
    );
}
