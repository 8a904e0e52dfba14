import { assessCommand } from './cli/assess.ts';
import { calibrateCommand } from './cli/calibrate.ts';
import { demoCommand } from './cli/demo.ts';

import { evaluateCommand } from './cli/evaluate.ts';
import { runCommandLine } from './cli/run.ts';

const commands = [assessCommand, evaluateCommand, calibrateCommand, demoCommand];

process.exitCode = await runCommandLine(commands, process.argv.slice(2));
