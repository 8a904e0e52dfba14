import { createHash, randomInt } from 'node:crypto';
import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { mayUse, type Account } from '../access/account.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { StoreUnreachable } from '../verification/service.ts';
import { preferredLanguage } from './accept-language.ts';
import type { Answer } from './answer.ts';
import { basicCredentials } from './basic-credentials.ts';
import { antErrorFields, errorFieldsOf, wireErrorOf, type WireRefusal } from './errors.ts';
import { wireFunctions } from './functions/index.ts';
import type { WireFunction } from './functions/wire-function.ts';
import type { WirePorts } from './ports.ts';
import { MOST_BODY_BYTES, readRequest, type BodyNotTaken, type ReadRequest } from './request.ts';

/** What these routes are handed. */
export type ContractPorts = WirePorts<FastifyRequest>;

/** The functions at the root and under the names of the versions that clients were written for. */
const PREFIXES = ['', '/v3', '/v7'];

const functionByName = new Map(wireFunctions.map((wireFunction) => [wireFunction.name.toLowerCase(), wireFunction]));

/** The wire: every function under every prefix, its name in whatever case. */
export const contractRoutes =
  (ports: ContractPorts): FastifyPluginCallback =>
  (app, _options, done) => {
    // Bodies are read here as bytes whatever they call themselves, so that what cannot be read is answered in the asked format.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES }, (_request, body, parsed) =>
      parsed(null, body),
    );
    app.setErrorHandler((error: FastifyError, request, reply) => answerCall(ports, request, reply, notTaken(error)));
    for (const prefix of PREFIXES)
      app.route({
        method: app.supportedMethods,
        url: `${prefix}/:function(${anyCaseOf(wireFunctions.map(({ name }) => name))})`,
        exposeHeadRoute: false,
        logSerializers: { req: withoutQuery },
        handler: (request, reply) =>
          answerCall(ports, request, reply, ok((request.body as Buffer | undefined) ?? NOTHING)),
      });
    done();
  };

const NOTHING = new Uint8Array();

/** A pattern of names in any mixture of upper and lower case, in the plain syntax that the router knows. */
function anyCaseOf(names: readonly string[]): string {
  const pattern = (name: string): string =>
    [...name].map((letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`).join('');
  return `^(?:${names.map(pattern).join('|')})$`;
}

/** What may be logged of a call: never its query, where clients may put what belongs to people. */
const withoutQuery = (request: FastifyRequest): object => ({
  method: request.method,
  path: request.url.split('?', 1)[0],
});

/** Why the server could not take a body in; an error that is about something else stays one. */
function notTaken(error: FastifyError): Result<Uint8Array, BodyNotTaken> | Error {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return refuse({ kind: 'body-too-large', mostBytes: MOST_BODY_BYTES });
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refuse({ kind: 'body-type-unknown' });
  if (error.code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return refuse({ kind: 'body-broken-off' });
  return error;
}

/** How to answer one call: what is known of the caller's wishes by the time something is refused. */
type Manner = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly wireFunction: WireFunction;
  readonly encoding: ReadRequest['encoding'];
  readonly account: Account | null;
  readonly ports: ContractPorts;
};

async function answerCall(
  ports: ContractPorts,
  request: FastifyRequest,
  reply: FastifyReply,
  body: Result<Uint8Array, BodyNotTaken> | Error,
): Promise<FastifyReply> {
  const wireFunction = functionByName.get((request.params as { function: string }).function.toLowerCase())!;
  if (request.method === 'OPTIONS') return reply.code(204).header('allow', 'POST').send();
  const read = readRequest({
    query: queryOf(request),
    contentType: request.headers['content-type'],
    contentEncoding: request.headers['content-encoding'],
    body: body instanceof Error ? ok(NOTHING) : body,
  });
  const manner: Manner = { request, reply, wireFunction, encoding: read.encoding, account: null, ports };
  if (body instanceof Error) return answerInternal(manner, body);
  try {
    return await answerRead(manner, read);
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) return answerInternal(manner, error);
    ports.onOutcome(wireFunction.name, null);
    return reply.code(503).header('retry-after', '5').send();
  }
}

/** Clients give up on a call after some seconds. What the store has not decided by then is answered 503: what became of it is open. */
const ANSWER_WITHIN_MS = 4000;

/** Waits for the store until the caller's time is up. @throws StoreUnreachable */
async function inTime<Value>(work: Promise<Value>, beganAt: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const leftMs = beganAt + ANSWER_WITHIN_MS - performance.now();
    timer = setTimeout(() => reject(new StoreUnreachable('the store did not answer in time')), leftMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerRead(stranger: Manner, { parameters }: ReadRequest): Promise<FastifyReply> {
  const beganAt = performance.now();
  const { request, wireFunction, ports } = stranger;
  const { addressKey, secure } = ports.clientOf(request);
  if (!secure) return answerRefusal(stranger, { kind: 'not-encrypted' });
  if (request.method !== 'POST') return answerRefusal(stranger, { kind: 'method-not-allowed' });

  const { apiUser, apiToken } = basicCredentials(request.headers.authorization);
  const blockedSeconds = ports.throttle.blockedForSeconds(addressKey, apiUser);
  if (blockedSeconds !== null) return answerRefusal(stranger, { kind: 'blocked', seconds: blockedSeconds });
  if (!parameters.ok && wireErrorOf[parameters.refusal.kind].http !== undefined)
    return answerRefusal(stranger, parameters.refusal);

  const turn = ports.throttle.turn(addressKey, apiUser);
  const endTurn = await inTime(turn, beganAt).catch((error: unknown) => {
    // Whoever waits behind must not wait for a caller who has gone.
    void turn.then(
      (end) => end(),
      () => undefined,
    );
    throw error;
  });
  let account: Account | null;
  try {
    const seconds = ports.throttle.blockedForSeconds(addressKey, apiUser);
    if (seconds !== null) return answerRefusal(stranger, { kind: 'blocked', seconds });
    account = await inTime(ports.authenticate(apiUser, apiToken), beganAt);
    if (account === null) {
      const tooMany = await inTime(Promise.resolve(ports.throttle.failed(addressKey, apiUser)), beganAt);
      return answerRefusal(
        stranger,
        tooMany === null ? { kind: 'credentials-wrong' } : { kind: 'blocked', seconds: tooMany },
      );
    }
    await inTime(Promise.resolve(ports.throttle.succeeded(addressKey, apiUser)), beganAt);
  } finally {
    endTurn();
  }
  const known: Manner = { ...stranger, account };
  if (!parameters.ok) return answerRefusal(known, parameters.refusal);
  if (!mayUse(account, wireFunction.uses))
    return answerRefusal(known, {
      kind: account.state === 'validated' ? 'function-not-enabled' : 'account-not-validated',
    });
  const question = wireFunction.question?.(parameters.value);
  const waitSeconds = question === undefined ? null : ports.throttle.polled(addressKey, apiUser, question);
  if (waitSeconds !== null) return answerRefusal(known, { kind: 'asked-too-often', seconds: waitSeconds });

  const call = {
    account,
    parameters: parameters.value,
    idempotencyKey: headerOf(request, 'idempotency-key'),
    now: ports.clock(),
  };
  const { service, usualLink } = ports;
  const answer = await inTime(wireFunction.run(call, { service, usualLink, digest: sha256 }), beganAt);
  return answer.ok ? answerWell(known, answer.value) : answerRefusal(known, answer.refusal);
}

function answerWell({ reply, wireFunction, encoding, account, ports }: Manner, answer: Answer): FastifyReply {
  ports.onOutcome(wireFunction.name, 1);
  if (answer.kind === 'pdf')
    return reply
      .code(200)
      .headers({ ...ALWAYS, 'content-type': 'application/pdf' })
      .header('content-disposition', `attachment; filename="${answer.fileName}"`)
      .send(answer.bytes);
  const { antFields } = wireFunction;
  const body = encoding.encode({ fields: answer.fields, antFields, envelope: envelopeOf(account) });
  return reply
    .code(200)
    .headers({ ...ALWAYS, 'content-type': encoding.contentType })
    .send(body);
}

function answerRefusal(
  { request, reply, wireFunction, encoding, account, ports }: Manner,
  refusal: WireRefusal,
): FastifyReply {
  const { res, http, strictHttp } = wireErrorOf[refusal.kind];
  ports.onOutcome(wireFunction.name, res);
  const isStrict = account?.settings.strictHttp ?? ports.strictHttpForStrangers;
  const status = http ?? (isStrict ? strictHttp : 200);
  if (status === 401) void reply.header('www-authenticate', 'Basic realm="Cotejo", charset="UTF-8"');
  if (refusal.kind === 'method-not-allowed') void reply.header('allow', 'POST');
  if ('seconds' in refusal) void reply.header('retry-after', String(Math.max(1, Math.ceil(refusal.seconds))));
  const fields = errorFieldsOf(refusal, preferredLanguage(request.headers['accept-language']));
  return reply
    .code(status)
    .headers({ ...ALWAYS, 'content-type': encoding.contentType })
    .send(encoding.encode({ fields, antFields: antErrorFields, envelope: envelopeOf(account) }));
}

/** Something that nobody expected: the caller gets a number, the log gets the number and where it happened, and neither more. */
function answerInternal(manner: Manner, error: unknown): FastifyReply {
  const reference = String(randomInt(1_000_000_000, 10_000_000_000));
  manner.request.log.error({ reference, function: manner.wireFunction.name, ...traceOf(error) }, 'a call failed');
  return answerRefusal(manner, { kind: 'internal', reference });
}

/** An error's name, code and places, and those of its causes. Messages are left out: a parser's or a driver's may quote people's data. */
function traceOf(error: unknown): { readonly error: string; readonly places: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, places: [] };
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const cause = error.cause === undefined ? null : traceOf(error.cause);
  return {
    error: `${error.name}${code}${cause === null ? '' : ` ← ${cause.error}`}`,
    places: [...(error.stack ?? '').matchAll(/^ +at .*$/gm)].map(([place]) => place.trim()).concat(cause?.places ?? []),
  };
}

/** Answers are nobody else's, and are what they say they are. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const envelopeOf = (account: Account | null): 'array' | 'object' => account?.settings.envelope ?? 'array';

function queryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();
