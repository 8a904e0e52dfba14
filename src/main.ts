import { accountCommand } from './cli/account.ts';
import { assessCommand } from './cli/assess.ts';
import { calibrateCommand } from './cli/calibrate.ts';
import { creditsCommand } from './cli/credits.ts';
import { demoCommand } from './cli/demo.ts';
import { evaluateCommand } from './cli/evaluate.ts';
import { runCommandLine } from './cli/run.ts';
import { serveCommand } from './cli/serve.ts';

const commands = [
  serveCommand,
  accountCommand,
  creditsCommand,
  assessCommand,
  evaluateCommand,
  calibrateCommand,
  demoCommand,
];

process.exitCode = await runCommandLine(commands, process.argv.slice(2));
