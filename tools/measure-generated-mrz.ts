import { parseArgs } from 'node:util';
import { readPicture } from '../src/engine/document/read-side.ts';
import { loadDictionary } from '../src/engine/document/text/dictionary.client.ts';
import { textReader } from '../src/engine/document/text/reader.ts';
import { shrinkTo } from '../src/engine/image/shrink.ts';
import { openModels } from '../src/engine/runtime/models.client.ts';
import type { CameraLevel } from '../src/specimen/camera.ts';
import { generateDocument } from '../src/specimen/generate.client.ts';
import { specimenTypes } from '../src/specimen/layouts/index.ts';
import { photograph } from '../src/specimen/photograph.client.ts';

/**
 * How well the MRZ of generated documents is read under camera conditions. Documents take turns through all types; each has a
 * seed of its own, counted from --seed. With --fitted WxH the finished photograph is brought to that size, whatever its shape, as
 * some uploaders do: small and squeezed.
 *
 *   node tools/measure-generated-mrz.ts --level 3 --count 200 --seed 1 [--fitted 512x512] [--verbose]
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    level: { type: 'string', default: '2' },
    count: { type: 'string', default: '200' },
    at: { type: 'string', default: '2026-06-01' },
    fitted: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
});
const firstSeed = Number(values.seed);
const level = Number(values.level) as CameraLevel;
const count = Number(values.count);
const [fittedWidthPx, fittedHeightPx] = values.fitted.split('x').map(Number);

const models = openModels();
const reader = textReader(models, loadDictionary());
const tally = {
  documents: 0,
  exact: 0,
  dataLines: 0,
  found: 0,
  accepted: 0,
  acceptedWrong: 0,
  agreed: 0,
  agreedWrong: 0,
};
let cpuMs = 0;

for (let at = 0; at < count; at++) {
  const seed = firstSeed + at;
  const type = specimenTypes[at % specimenTypes.length]!;
  const document = await generateDocument({ type, seed, at: values.at });
  const { side, lines } = document.truth.mrz;
  const { image } = await photograph(document[side]!, { seed, level });
  const picture = fittedHeightPx === undefined ? image : shrinkTo(image, fittedWidthPx!, fittedHeightPx);

  const before = process.cpuUsage();
  const { mrz } = await readPicture(picture, models, reader);
  const { user, system } = process.cpuUsage(before);
  cpuMs += (user + system) / 1000;

  const read = mrz?.lines ?? [];
  const nameLine = lines.length === 3 ? 2 : 0;
  const isExact = read.length === lines.length && lines.every((line, i) => line === read[i]);
  const hasData = read.length === lines.length && lines.every((line, i) => i === nameLine || line === read[i]);
  tally.documents++;
  if (mrz !== null) tally.found++;
  if (isExact) tally.exact++;
  if (hasData) tally.dataLines++;
  if (mrz?.accepted === true) tally.accepted++;
  if (mrz?.accepted === true && !isExact) tally.acceptedWrong++;
  if (mrz?.agreement === 'both') tally.agreed++;
  if (mrz?.agreement === 'both' && !isExact) tally.agreedWrong++;
  if (!isExact || (values.verbose && !mrz?.accepted)) {
    const said =
      mrz === null ? 'nothing found' : `${mrz.format} ${mrz.accepted ? 'accepted' : 'not accepted'}, ${mrz.agreement}`;
    console.log(`${isExact ? 'exact' : 'WRONG'} ${type} seed ${seed}: ${said}`);
    if (!isExact) for (const line of [...lines, ...read.map((text) => `read ${text}`)]) console.log(`    ${line}`);
  }
}

const share = (part: number): string => `${part}/${tally.documents} = ${((100 * part) / tally.documents).toFixed(1)} %`;
console.log(
  `level ${level}${values.fitted === '' ? '' : `, fitted into ${values.fitted}`}, seeds ${firstSeed} to ${firstSeed + count - 1}`,
);
console.log(`  exact              ${share(tally.exact)}`);
console.log(`  data lines         ${share(tally.dataLines)}`);
console.log(`  zone found         ${share(tally.found)}`);
console.log(`  accepted           ${share(tally.accepted)}`);
console.log(`  accepted and wrong ${share(tally.acceptedWrong)}`);
console.log(`  readers agree      ${share(tally.agreed)}, of which wrong ${tally.agreedWrong}`);
console.log(`  CPU of the reading ${(cpuMs / tally.documents).toFixed(0)} ms a picture`);
