import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { runCommandLine } from './cli/run.ts';

// Compiled code is kept beside the packages: a second start takes half the time. Where that folder cannot be written, nothing is kept.
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/cotejo'));

/** Every command: what the overview says of it, and where it is. Only the one that runs is loaded. */
const commands = [
  {
    name: 'serve',
    summary: 'runs the service, with everything embedded unless told otherwise',
    load: async () => (await import('./cli/serve.ts')).serveCommand,
  },
  {
    name: 'account',
    summary: 'creates accounts, their tokens and credits',
    load: async () => (await import('./cli/account.ts')).accountCommand,
  },
  {
    name: 'user',
    summary: 'asks people into the panel, and gives them their roles',
    load: async () => (await import('./cli/user.ts')).userCommand,
  },
  {
    name: 'audit',
    summary: 'exports what was done in an account, and proves that nothing is missing',
    load: async () => (await import('./cli/audit.ts')).auditCommand,
  },
  {
    name: 'endpoint',
    summary: 'where a company is told of its verifications, and what became of that',
    load: async () => (await import('./cli/endpoint.ts')).endpointCommand,
  },
  {
    name: 'credits',
    summary: 'prints statements and proves that everything balances',
    load: async () => (await import('./cli/credits.ts')).creditsCommand,
  },
  {
    name: 'evidence',
    summary: 'reads everything applicants sent through, or erases it',
    load: async () => (await import('./cli/evidence.ts')).evidenceCommand,
  },
  {
    name: 'listen',
    summary: 'a receiver of callbacks on this machine that shows what comes',
    load: async () => (await import('./cli/listen.ts')).listenCommand,
  },
  {
    name: 'replay',
    summary: 'tells a company once more what happened',
    load: async () => (await import('./cli/replay.ts')).replayCommand,
  },
  {
    name: 'trigger',
    summary: 'brings a test applicant to a status',
    load: async () => (await import('./cli/trigger.ts')).triggerCommand,
  },
  {
    name: 'assess',
    summary: 'a face video and photographs of a document, to a result',
    load: async () => (await import('./cli/assess.ts')).assessCommand,
  },
  {
    name: 'evaluate',
    summary: 'error rates of the serving code over labelled faces, videos, documents or attributes',
    load: async () => (await import('./cli/evaluate.ts')).evaluateCommand,
  },
  {
    name: 'calibrate',
    summary: 'refits the attribute weights on photographs of your own',
    load: async () => (await import('./cli/calibrate.ts')).calibrateCommand,
  },
  {
    name: 'certificate',
    summary: 'lists, checks, renews, exports or erases certificates',
    load: async () => (await import('./cli/certificate.ts')).certificateCommand,
  },
  {
    name: 'verify-certificate',
    summary: 'whether a certificate is whole, who signed it and when',
    load: async () => (await import('./cli/verify-certificate.ts')).verifyCertificateCommand,
  },
  {
    name: 'demo',
    summary: 'assesses a demonstration applicant made of real footage and a specimen document',
    load: async () => (await import('./cli/demo.ts')).demoCommand,
  },
];

process.exitCode = await runCommandLine(commands, process.argv.slice(2));
