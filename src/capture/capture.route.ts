import type { Readable } from 'node:stream';
import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Result, ok } from '../kernel/result.ts';
import {
  type Call,
  type Outcome,
  chooseDocument,
  newDeviceKey,
  start,
  stateOf,
  submit,
  takePicture,
  takePlace,
} from './applicant.store.ts';
import { deviceCookie, deviceKeyOf, isOfOurPage } from './arrival.ts';
import { beginFace, finishFace, receiveChunk, tellNext } from './film-face.store.ts';
import { unknownState } from './progress.ts';
import {
  type CaptureProblem,
  type Side,
  MOST_CHUNK_BYTES,
  beginFaceBody,
  captureProblems,
  chunkQuery,
  documentKindBody,
  finishFaceBody,
  placeBody,
  sides,
  startBody,
  stepBody,
} from './protocol.schema.ts';
import { type Caller, type CaptureParts, enter, problem } from './session.store.ts';

export type CaptureRouteParts = CaptureParts & {
  readonly clientOf: (request: FastifyRequest) => Omit<Caller, 'token' | 'deviceKey'>;
  /** Whether an error says that the database is away. */
  readonly isUnreachable: (error: unknown) => boolean;
};

const BASE = '/i/:token/api';
/** JSON: a finished recording's frame times are the most of it. */
const MOST_JSON_BYTES = 128 * 1024;

type Params = { readonly token: string; readonly attempt?: string; readonly chunk?: string; readonly side?: string };

/** The calls of the applicant's page; see [Note: The applicant's way] in `protocol.schema.ts`. */
export const captureRoutes =
  (parts: CaptureRouteParts): FastifyPluginCallback =>
  (app, _options, done) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      ['application/json', 'application/octet-stream'],
      { parseAs: 'buffer' },
      (_request, body, parsed) => parsed(null, body),
    );
    // Whatever calls itself something else may be a picture: its content says, while it streams past.
    app.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    app.setErrorHandler((error: FastifyError, _request, reply) => answerError(parts, error, reply));

    const callerOf = (request: FastifyRequest): Caller => ({
      ...parts.clientOf(request),
      token: (request.params as Params).token,
      deviceKey: deviceKeyOf(request.headers.cookie),
    });

    app.get(`${BASE}/state`, { exposeHeadRoute: false }, async (request, reply) => {
      const now = parts.clock();
      const caller = callerOf(request);
      const entered = await enter(parts, caller);
      if (!entered.ok)
        return entered.refusal.problem === 'link-unknown'
          ? reply.send(unknownState)
          : answerProblem(reply, entered.refusal);
      const state = await stateOf(parts, { session: entered.value, now });
      if (state.at === 'welcome' && caller.deviceKey === null) {
        const { key, maxAgeSeconds } = newDeviceKey(parts, { session: entered.value, now });
        keepKey(reply, caller, key, maxAgeSeconds);
      }
      return reply.send(state);
    });

    /** A call that changes something: from our own page, by somebody with a link, at the moment at which it was whole here. */
    const post = (
      path: string,
      work: (call: Call, request: FastifyRequest, reply: FastifyReply) => Outcome<unknown>,
      bodyLimit = MOST_JSON_BYTES,
    ): void => {
      app.post(`${BASE}/${path}`, { bodyLimit }, async (request, reply) => {
        const now = parts.clock();
        if (!isOfOurPage(arrivalOf(request))) return answerProblem(reply, { problem: 'cross-site' });
        const caller = callerOf(request);
        const entered = await enter(parts, caller);
        if (!entered.ok) return answerProblem(reply, entered.refusal);
        const outcome = await work({ caller, session: entered.value, now }, request, reply);
        return outcome.ok ? reply.send(outcome.value) : answerProblem(reply, outcome.refusal);
      });
    };

    post('start', async (call, request, reply) => {
      const body = jsonOf(request, startBody);
      if (!body.ok) return body;
      const started = await start(parts, call, body.value);
      if (!started.ok) return started;
      const { state, keyMaxAgeSeconds } = started.value;
      keepKey(reply, call.caller, call.caller.deviceKey!, keyMaxAgeSeconds);
      return ok(state);
    });
    post('face/begin', async (call, request) => {
      const body = jsonOf(request, beginFaceBody);
      if (!body.ok) return body;
      return beginFace(parts, call, { ...body.value, withoutTurning: body.value.withoutTurning ?? false });
    });
    post('face/:attempt/step', async (call, request) => {
      const body = jsonOf(request, stepBody);
      return body.ok ? tellNext(parts, call, paramsOf(request).attempt!, body.value.step) : body;
    });
    post(
      'face/:attempt/chunks/:chunk',
      async (call, request) => {
        const { attempt, chunk } = paramsOf(request);
        const query = chunkQuery.safeParse(request.query);
        if (!query.success || !/^\d{1,4}$/.test(chunk!) || !(request.body instanceof Uint8Array))
          return problem('malformed');
        return receiveChunk(parts, call, attempt!, {
          number: Number(chunk),
          toMs: query.data.toMs,
          bytes: request.body,
        });
      },
      MOST_CHUNK_BYTES,
    );
    post('face/:attempt/finish', async (call, request) => {
      const body = jsonOf(request, finishFaceBody);
      if (!body.ok) return body;
      const { frameTimesMs = [], ...finish } = body.value;
      return finishFace(parts, call, paramsOf(request).attempt!, { ...finish, frameTimesMs });
    });
    post('document-kind', async (call, request) => {
      const body = jsonOf(request, documentKindBody);
      return body.ok ? chooseDocument(parts, call, body.value.kind) : body;
    });
    post('documents/:side', async (call, request) => {
      const side = sides.find((known) => known === paramsOf(request).side);
      if (side === undefined) return problem('malformed');
      return takePicture(parts, call, { side: side satisfies Side, bytes: bytesOf(request) });
    });
    post('place', async (call, request) => {
      const body = jsonOf(request, placeBody);
      if (!body.ok) return body;
      return takePlace(parts, call, 'declined' in body.value ? 'declined' : body.value);
    });
    post('submit', (call) => submit(parts, call));
    done();
  };

const paramsOf = (request: FastifyRequest): Params => request.params as Params;

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const arrivalOf = (request: FastifyRequest) => ({
  secFetchSite: headerOf(request, 'sec-fetch-site'),
  origin: headerOf(request, 'origin'),
  host: headerOf(request, 'host'),
});

/** A JSON body in one of the protocol's shapes. Which part of it was wrong is the page's business, and it has the same shapes. */
function jsonOf<Shape extends z.ZodType>(
  request: FastifyRequest,
  shape: Shape,
): Result<z.output<Shape>, CaptureProblem> {
  if (!(request.body instanceof Uint8Array) || !/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return problem('malformed');
  try {
    const parsed = shape.safeParse(JSON.parse(Buffer.from(request.body).toString('utf8')));
    return parsed.success ? ok(parsed.data) : problem('malformed');
  } catch {
    return problem('malformed');
  }
}

/** A body as it comes; none at all is an empty picture. */
const bytesOf = (request: FastifyRequest): AsyncIterable<Uint8Array> | Uint8Array =>
  request.body instanceof Uint8Array ? request.body : ((request.body as Readable | undefined) ?? new Uint8Array());

/** Has the browser keep a key for this link, for so long from now. */
const keepKey = (reply: FastifyReply, { token, isHttps }: Caller, key: string, maxAgeSeconds: number): void =>
  void reply.header('set-cookie', deviceCookie(key, { token, isHttps, maxAgeSeconds }));

function answerProblem(reply: FastifyReply, refusal: CaptureProblem): FastifyReply {
  if (refusal.retryAfterSeconds !== undefined) void reply.header('retry-after', String(refusal.retryAfterSeconds));
  return reply.code(captureProblems[refusal.problem]).send(refusal);
}

function answerError({ isUnreachable }: CaptureRouteParts, error: FastifyError, reply: FastifyReply): FastifyReply {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return answerProblem(reply, { problem: 'too-large' });
  if (error.statusCode !== undefined && error.statusCode < 500) return answerProblem(reply, { problem: 'malformed' });
  if (isUnreachable(error)) return answerProblem(reply, { problem: 'unavailable', retryAfterSeconds: 3 });
  throw error;
}
