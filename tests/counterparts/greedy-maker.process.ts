// A maker of certificates that went wrong: it wants three signatures for one of them, and tells what it got and what it was handed.
import type { FromMaker, ToMaker } from '../../src/certificate/maker.process.ts';

const answers: string[] = [];
let handed: unknown = null;
let task = 0;

const tell = (message: FromMaker): void => void process.send!(message);

process.on('message', (message) => {
  const incoming = message as ToMaker;
  if (incoming.kind === 'task') {
    task = incoming.task;
    handed = { signer: Object.keys(incoming.order.signer).sort(), environment: Object.keys(process.env).sort() };
    for (const ask of [1, 2, 3])
      tell({ kind: 'ask', task, ask, asked: { name: 'sign', of: Uint8Array.of(0x31, ask) } });
    return;
  }
  answers[incoming.ask - 1] = incoming.kind === 'answer' ? 'signed' : incoming.error;
  if (answers.length === 3 && !answers.includes(undefined as unknown as string))
    tell({ kind: 'threw', task, error: JSON.stringify({ answers, handed }) });
});
process.on('disconnect', () => process.exit(0));
