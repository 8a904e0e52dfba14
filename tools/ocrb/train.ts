/**
 * Trains the OCR-B reader: node tools/ocrb/train.ts OUT.onnx --seconds N [--seed N] [--from OLD.onnx] [--rate X] [--severity X]
 *
 * Two threads work: one draws lines, one learns. The file is written every few minutes and at the end. `--from` goes on from the
 * weights of a reader. `--steps N` instead of `--seconds` makes a training that can be repeated to the last bit on one machine.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureReader } from './measure.ts';
import { parametersOf } from './model-file.ts';
import { inferenceModel } from './network.ts';
import { trainReader } from './trainer.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    steps: { type: 'string' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string' },
    rate: { type: 'string', default: '2e-3' },
    severity: { type: 'string', default: '1' },
  },
});
const out = positionals[0];
const length = Number(values.steps ?? values.seconds);
if (out === undefined || !(length > 0) || !(Number(values.rate) > 0) || !Number.isInteger(Number(values.seed))) {
  console.error(
    'node tools/ocrb/train.ts OUT.onnx --seconds N | --steps N [--seed N] [--from OLD.onnx] [--rate X] [--severity X]',
  );
  process.exit(2);
}

const SAVE_EVERY_SECONDS = 120;
let saved = 0;
const parameters = await trainReader({
  seed: Number(values.seed),
  until: values.steps === undefined ? { seconds: length } : { steps: length },
  batch: 32,
  learningRate: Number(values.rate),
  severity: Number(values.severity),
  ...(values.from === undefined ? {} : { from: parametersOf(readFileSync(values.from)) }),
  onProgress: ({ step, seconds, loss, samples }, averaged) => {
    console.log(`step ${step}  ${seconds.toFixed(0)} s  loss ${loss.toFixed(4)}  samples ${samples}`);
    if (seconds - saved < SAVE_EVERY_SECONDS) return;
    saved = seconds;
    writeFileSync(out, inferenceModel(averaged));
  },
});
writeFileSync(out, inferenceModel(parameters));
const { loss, glyphs, glyphsRight } = await measureReader(parameters, { seed: 4711, crops: 1024, severity: 1 });
console.log(`on 1024 lines drawn apart: loss ${loss.toFixed(4)}, glyphs ${glyphsRight} of ${glyphs}`);
