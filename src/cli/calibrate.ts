import { writeFile } from 'node:fs/promises';
import { calibrateAttributes } from '../evaluation/attributes.client.ts';
import { openModels } from '../engine/runtime/models.client.ts';
import { calibrationText } from '../report/attributes-report.ts';
import { UsageError, oneOf, parseCommandLine, type Command } from './command.ts';
import { progressBar } from './progress.ts';

const help = `cotejo calibrate: refits what can be refitted on material of your own

usage: cotejo calibrate attributes FOLDER [--out FILE]

FOLDER holds photographs and labels.csv or labels.json, which names them and says of each person whether there are glasses,
sunglasses, a beard, a moustache. The weights are written to FILE (default: attributes.json) with a note of what they were
calibrated on; 'cotejo assess --attributes FILE' uses them. Attributes with too few photographs keep their weights.
Prints how often answers are right on persons that the fit had not seen.
`;

export const calibrateCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseCommandLine(args, { out: { type: 'string', default: 'attributes.json' } }, [
      'what to calibrate',
      'FOLDER',
    ]);
    oneOf(positionals[0]!, 'what to calibrate', ['attributes']);
    const calibrated = await calibrateAttributes({
      folder: positionals[1]!,
      models: openModels(),
      onProgress: progressBar('measuring'),
    });
    if (!calibrated.ok) throw new UsageError(`${calibrated.refusal.kind}: ${calibrated.refusal.detail}`);
    await writeFile(values.out, `${JSON.stringify(calibrated.value.model, null, 2)}\n`).catch(
      (error: NodeJS.ErrnoException) => {
        throw new UsageError(`--out: cannot write ${values.out} (${error.code ?? 'unknown error'})`);
      },
    );
    const { model, kept, rates } = calibrated.value;
    process.stdout.write(`${values.out}: calibrated on ${model.calibratedOn}\n${calibrationText(rates)}`);
    for (const { attribute, why } of kept) process.stdout.write(`${attribute} keeps its weights: ${why}\n`);
    return 0;
  },
};
