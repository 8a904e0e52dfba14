/**
 * Holds readers against each other on the same drawn lines: node tools/ocrb/compare.ts A.onnx B.onnx [--crops N] [--seed N]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureReader } from './measure.ts';
import { parametersOf } from './model-file.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { crops: { type: 'string', default: '2048' }, seed: { type: 'string', default: '90001' } },
});
if (positionals.length === 0) {
  console.error('node tools/ocrb/compare.ts A.onnx [B.onnx …] [--crops N] [--seed N]');
  process.exit(2);
}
for (const severity of [0, 0.5, 1, 1.5])
  for (const file of positionals) {
    const { loss, glyphs, glyphsRight } = await measureReader(parametersOf(readFileSync(file)), {
      seed: Number(values.seed),
      crops: Number(values.crops),
      severity,
    });
    const wrong = (100 * (1 - glyphsRight / glyphs)).toFixed(3);
    console.log(
      `severity ${severity}  ${file}  loss ${loss.toFixed(4)}  wrong ${glyphs - glyphsRight} of ${glyphs} (${wrong} %)`,
    );
  }
