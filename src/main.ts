import { assessCommand } from './cli/assess.ts';
import { calibrateCommand } from './cli/calibrate.ts';
import { demoCommand } from './cli/demo.ts';

import { runCommandLine } from './cli/run.ts';

const commands = [assessCommand, calibrateCommand, demoCommand];

process.exitCode = await runCommandLine(commands, process.argv.slice(2));
