import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { aboutCallback } from '../contract/received-callback.ts';
import { MS_PER_SECOND } from '../kernel/instant.ts';
import { type ReceivedCall, checkSignature, fieldsOf } from '../notification/webhook/received-call.ts';
import { Reception } from '../notification/webhook/reception.ts';
import { type SigningSecret, parseSigningSecret } from '../notification/webhook/signature.ts';
import { hmacSha256 } from '../notification/webhook/signing.client.ts';
import { type Command, UsageError, parseCommandLine, wholeNumber } from './command.ts';
import {
  type ListenCounts,
  type ListenSettings,
  type Manner,
  type ShownCall,
  farewell,
  showAsJson,
  showForPeople,
  welcome,
} from './listen-text.ts';

const help = `cotejo listen: a receiver on this machine that shows what comes, to the last byte

usage: cotejo listen [--port PORT] [--basic USER:PASSWORD] [--secret whsec_… …]
                     [--refuse N | --hang | --late SECONDS | --status CODE] [--json]

Shows the headers and the body of each call as they came, the fields in it, whether its signature holds, whether it repeats an earlier one,
and whether it comes in the order of its verification. Answers 204, and the challenge with which an address is accepted.

  --port     where it listens (default 8090)
  --basic    user and password that callers must have; others are answered 401
  --secret   what callbacks are signed with, as 'cotejo endpoint set' printed it; given twice, either will do
  --refuse   answers 503 to the first N callbacks
  --hang     takes callbacks and never answers
  --late     answers after so many seconds
  --status   answers callbacks with this, from 200 to 599; with 410 the sender gives up
  --json     one JSON object a line: first where it listens, then each call, its body in base64 as well

The challenge is answered however callbacks are. A service on this machine has to allow it: COTEJO_CALLBACK_LOCAL=true.
Ends with Ctrl+C.

exit code: 0 all was well, 1 a signature did not hold or something came out of order, 2 the command was not understood
`;

export const listenCommand: Command = {
  help,
  async run(args) {
    const { values } = parseCommandLine(args, {
      port: { type: 'string', default: '8090' },
      basic: { type: 'string' },
      secret: { type: 'string', multiple: true, default: [] },
      refuse: { type: 'string' },
      hang: { type: 'boolean' },
      late: { type: 'string' },
      status: { type: 'string' },
      json: { type: 'boolean' },
    });
    const settings: ListenSettings = {
      credentials: values.basic === undefined ? null : basicOf(values.basic),
      secrets: values.secret.map(secretOf),
      manner: mannerOf(values),
    };
    const show = values.json === true ? showAsJson : showForPeople;
    const listener = await listen(wholeNumber(values.port, '--port', 0, 65_535), settings, (call) =>
      process.stdout.write(show(call)),
    );
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ url: `http://localhost:${listener.port}` })}\n`
        : welcome(listener.port, settings),
    );
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    await listener.close();
    if (values.json !== true) process.stdout.write(farewell(listener.counts));
    return listener.counts.wrong + listener.counts.outOfOrder === 0 ? 0 : 1;
  },
};

function mannerOf({
  refuse,
  hang,
  late,
  status,
}: {
  readonly refuse?: string | undefined;
  readonly hang?: boolean | undefined;
  readonly late?: string | undefined;
  readonly status?: string | undefined;
}): Manner {
  const manners: Manner[] = [];
  if (refuse !== undefined) manners.push({ kind: 'refuse', first: wholeNumber(refuse, '--refuse', 1, 1_000_000) });
  if (hang === true) manners.push({ kind: 'hang' });
  if (late !== undefined) manners.push({ kind: 'late', seconds: wholeNumber(late, '--late', 1, 3600) });
  if (status !== undefined) manners.push({ kind: 'status', status: wholeNumber(status, '--status', 200, 599) });
  if (manners.length > 1) throw new UsageError('only one of --refuse, --hang, --late and --status');
  return manners[0] ?? { kind: 'accept' };
}

function basicOf(text: string): string {
  if (!/^[^:]+:/.test(text)) throw new UsageError('--basic must be USER:PASSWORD');
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function secretOf(text: string): SigningSecret {
  const parsed = parseSigningSecret(text);
  if (!parsed.ok) throw new UsageError(`--secret must be whsec_ and 24 to 64 bytes in base64 (${parsed.refusal.kind})`);
  return parsed.value;
}

/** In a time that does not depend on where they differ. */
const isSame = (a: string, b: string): boolean =>
  Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b));

type Listener = {
  readonly port: number;
  readonly counts: ListenCounts;
  close(): Promise<void>;
};

/** @throws UsageError when the port cannot be had. */
async function listen(port: number, settings: ListenSettings, onCall: (call: ShownCall) => void): Promise<Listener> {
  const reception = new Reception();
  const counts = { calls: 0, wrong: 0, repeated: 0, outOfOrder: 0 };
  let callbacks = 0;
  const server: Server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new Date();
    const body = await whole(request);
    if (body === null) return;
    const call: ReceivedCall = { headers: headersOf(request), body, at };
    const fields = fieldsOf(call);
    const about = aboutCallback(fields.ok ? fields.value : {});
    const challenge = fields.ok ? fields.value['challenge'] : undefined;
    const isChallenge = typeof challenge === 'string';
    const isAuthorized =
      settings.credentials === null || isSame(call.headers['authorization'] ?? '', settings.credentials);
    const { number, standing, taken } = reception.hear({
      webhookId: isAuthorized ? (call.headers['webhook-id'] ?? '') : '',
      line: isAuthorized ? about.id : null,
      rank: about.place,
    });
    const signature = checkSignature(call, settings.secrets, { hmacSha256, isSame });
    counts.calls += 1;
    if (['wrong', 'missing', 'stale'].includes(signature.kind)) counts.wrong += 1;
    if (standing.kind === 'repeated') counts.repeated += 1;
    if (standing.kind === 'early' || standing.kind === 'backwards') counts.outOfOrder += 1;
    const isCallback = request.method === 'POST' && isAuthorized && !isChallenge;
    if (isCallback) callbacks += 1;
    const answer =
      request.method !== 'POST' ? 405 : !isAuthorized ? 401 : isChallenge ? 200 : answerOf(settings.manner, callbacks);
    const afterMs = isCallback && settings.manner.kind === 'late' ? settings.manner.seconds * MS_PER_SECOND : 0;
    onCall({
      number,
      at,
      request: `${request.method} ${request.url} HTTP/${request.httpVersion}`,
      rawHeaders: pairs(request.rawHeaders),
      body,
      fields: fields.ok ? fields.value : null,
      isChallenge,
      isTest: about.isTest || call.headers['webhook-test'] === 'true',
      id: about.id,
      status: about.status,
      attempt: call.headers['webhook-attempt'] ?? null,
      isAuthorized,
      signature,
      standing,
      answer,
      afterMs,
    });
    if (answer === null) return;
    if (afterMs > 0) await delay(afterMs);
    if (response.destroyed) return;
    if (answer >= 200 && answer < 300 && !isChallenge) taken();
    if (answer === 401) response.setHeader('www-authenticate', 'Basic realm="cotejo listen"');
    response.statusCode = answer;
    response.end(isChallenge && answer === 200 ? String(challenge) : undefined);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new UsageError(`--port: ${port} cannot be listened on (${error.code ?? 'unknown error'})`)),
    );
    server.listen(port, 'localhost', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answerOf(manner: Manner, callbacks: number): number | null {
  switch (manner.kind) {
    case 'accept':
    case 'late':
      return 204;
    case 'refuse':
      return callbacks <= manner.first ? 503 : 204;
    case 'hang':
      return null;
    case 'status':
      return manner.status;
  }
}

const MOST_BODY_BYTES = 10_000_000;

/** The body; null: it broke off, or there is no end of it. */
async function whole(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) return null;
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}

const headersOf = (request: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value!]),
  );

const pairs = (raw: readonly string[]): (readonly [string, string])[] =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1]!] as const] : []));
