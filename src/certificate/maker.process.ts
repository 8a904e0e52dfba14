// Makes certificates, several at a time, for as long as its parent lives. It only computes: keys, settings and the way out are the parent's,
// who is asked for each signature, each time-stamp and each answer of an issuer.
import type { Bytes } from '../kernel/der.ts';
import type { Result } from '../kernel/result.ts';
import { openFonts } from './fonts.client.ts';
import type { HttpCall } from './http-exchange.client.ts';
import type { Layout, LayoutTools } from './layout.client.ts';
import { makeCertificate, renewCertificateFile } from './make-certificate.client.ts';
import type { Made } from './maker.client.ts';
import type { Sealing } from './pades.client.ts';
import { openQrPaths } from './qr-path.client.ts';
import type { RevocationData } from './revocation.client.ts';
import type { Signer } from './signer.client.ts';
import type { TimeStampRefusal } from './tsa.client.ts';

export type MakerTask = {
  readonly work:
    { readonly kind: 'make'; readonly layout: Layout } | { readonly kind: 'renew'; readonly pdf: Uint8Array };
  /** When it is made, by the parent's clock. */
  readonly at: Date;
  /** The signer without what signs. */
  readonly signer: Pick<Signer, 'name' | 'isDemonstration' | 'chain'> &
    Pick<Signer['key'], 'certificate' | 'algorithm'>;
  readonly pool: Sealing['pool'];
};

/** What the parent is asked for, and what it answers. */
export type MakerAsks = {
  readonly sign: { readonly of: Bytes; readonly gives: Bytes };
  /** Of the SHA-256 of what is stamped. */
  readonly stamp: { readonly of: Bytes; readonly gives: Result<Bytes, TimeStampRefusal> };
  readonly revocation: { readonly of: null; readonly gives: readonly RevocationData[] };
  readonly exchange: { readonly of: HttpCall; readonly gives: Bytes };
};
export type MakerAsk = {
  [Name in keyof MakerAsks]: { readonly name: Name; readonly of: MakerAsks[Name]['of'] };
}[keyof MakerAsks];

export type ToMaker =
  | { readonly kind: 'task'; readonly task: number; readonly order: MakerTask }
  | { readonly kind: 'answer'; readonly ask: number; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly ask: number; readonly error: string };
export type FromMaker =
  | { readonly kind: 'ask'; readonly task: number; readonly ask: number; readonly asked: MakerAsk }
  | { readonly kind: 'done'; readonly task: number; readonly result: Result<Made, TimeStampRefusal> }
  /** A bug: what was thrown. */
  | { readonly kind: 'threw'; readonly task: number; readonly error: string };

const tools: LayoutTools = { fonts: openFonts(), qrPath: openQrPaths() };
const asked = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
let lastAsk = 0;

const tell = (message: FromMaker): void => void process.send!(message);

function ask<Name extends keyof MakerAsks>(
  task: number,
  name: Name,
  of: MakerAsks[Name]['of'],
): Promise<MakerAsks[Name]['gives']> {
  const number = ++lastAsk;
  return new Promise((resolve, reject) => {
    asked.set(number, { resolve: resolve as (value: unknown) => void, reject });
    tell({ kind: 'ask', task, ask: number, asked: { name, of } as MakerAsk });
  });
}

/** What seals, its every reach into the world outside a question to the parent. */
function sealingOf(task: number, { at, pool, signer: { certificate, algorithm, ...signer } }: MakerTask): Sealing {
  const known = async (): Promise<RevocationData> => {
    const parts = await ask(task, 'revocation', null);
    return { crls: parts.flatMap(({ crls }) => crls), ocsps: parts.flatMap(({ ocsps }) => ocsps) };
  };
  return {
    signer: {
      ...signer,
      key: { certificate, algorithm, sign: (bytes) => ask(task, 'sign', bytes) },
      revocation: known,
    },
    stamp: (imprint) => ask(task, 'stamp', imprint),
    pool,
    knownRevocation: () => ({ crls: [], ocsps: [] }), // all of it was asked for with the signer's
    exchange: (call) => ask(task, 'exchange', call),
    clock: () => at,
  };
}

function done(task: number, order: MakerTask): Promise<Result<Made, TimeStampRefusal>> {
  const sealing = sealingOf(task, order);
  const { work } = order;
  return work.kind === 'make' ? makeCertificate(work.layout, tools, sealing) : renewCertificateFile(work.pdf, sealing);
}

process.on('message', (message) => {
  const incoming = message as ToMaker;
  if (incoming.kind === 'task') {
    const { task, order } = incoming;
    done(task, order).then(
      (result) => tell({ kind: 'done', task, result }),
      (error: unknown) => tell({ kind: 'threw', task, error: (error as Error).stack ?? String(error) }),
    );
    return;
  }
  const waiting = asked.get(incoming.ask);
  asked.delete(incoming.ask);
  if (incoming.kind === 'answer') waiting?.resolve(incoming.value);
  else waiting?.reject(new Error(incoming.error));
});
process.on('disconnect', () => process.exit(0));
