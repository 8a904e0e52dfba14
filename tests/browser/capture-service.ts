import { createHash, randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type CaptureProblemSlug,
  type CaptureState,
  type Gesture,
  type PieceProblem,
  type PieceState,
  type ShownStep,
  type Wanted,
  type WantedRetake,
  beginFaceBody,
  begunFaceSchema,
  captureProblemSchema,
  captureProblems,
  captureStateSchema,
  chunkQuery,
  documentKindBody,
  finishFaceBody,
  placeBody,
  receivedChunkSchema,
  shownStepSchema,
  startBody,
  stepBody,
} from '../../src/capture/protocol.schema.ts';
import { securityHeaders } from '../../src/http/security-headers.ts';
import { type BuiltPages, sendPage, serveAssets } from '../../src/http/static.route.ts';

/** What a case is to be like; what is left out is the usual. */
export type CaseWish = {
  readonly asksPlace?: boolean;
  readonly mayFilmOnLaptop?: boolean;
  /** What is to be taken again; the rest is there. */
  readonly retake?: WantedRetake;
  readonly stopped?: 'expired' | 'used' | 'cancelled';
  /** What the quick look finds on the first, second … picture or video of a piece; after that all is well. */
  readonly problems?: Partial<Record<'face' | 'front' | 'back', readonly PieceProblem[]>>;
  readonly faceAttempts?: number;
  /** The call whose answers are lost on the way, after it did what it was asked, until the story says otherwise. */
  readonly losesAnswersTo?: string;
  readonly steps?: readonly (Gesture | 'flash')[];
  /** How long each gesture is on the screen, and each colour. */
  readonly stepMs?: number;
  readonly colourMs?: number;
  readonly accentColour?: string;
  readonly logo?: string;
  readonly language?: string;
};

/** A case as the service sees it, for stories to look into. */
export type Case = {
  readonly link: string;
  readonly received: {
    start: unknown;
    begun: { mediaType: string; withoutTurning?: boolean | undefined }[];
    finished: number;
    faceBytes: number;
    documents: { side: string; byteLength: number; mediaType: string }[];
    kind: string | null;
    place: unknown;
  };
  /** Calls under `api/` that could change something, by method and path. */
  readonly calls: string[];
  losesAnswersTo: string | null;
  cancel(): void;
};

type Inside = Case & {
  readonly wish: CaseWish;
  device: string | null;
  stop: 'expired' | 'used' | 'cancelled' | null;
  pieces: { face: PieceState; front: PieceState; back: PieceState };
  placeAnswered: boolean;
  attempt: { id: string; chunks: Buffer[]; step: number; beganAt: number } | null;
  attemptsLeft: number;
  seen: Record<'face' | 'front' | 'back', number>;
  sentAt: string | null;
  collected: { kind: 'face-video' | 'document-front' | 'document-back'; byteLength: number; sha256: string }[];
};

const STEP_MS = 900;
const PAUSE_MS = 250;
const CHECK_MS = 250;
const COLOURS = ['#ff0000', '#00a0ff', '#ffe000', '#8000ff', '#00c060'];

/**
 * A service with nothing behind it that says and hears what `protocol.schema.ts` says, no more and no less: every body and every answer goes through
 * the schemas. Stories of the page are told against it; those of the whole are told against the service itself.
 */
export async function startCaptureService(pages: BuiltPages) {
  const cases = new Map<string, Inside>();
  const app: FastifyInstance = fastify({ bodyLimit: 20_000_000 });
  for (const type of ['application/octet-stream', 'image/jpeg', 'image/png', 'image/webp'])
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders(false)));
  serveAssets(app, '/capture', pages);
  app.get('/i/:token', async (request, reply) => sendPage(request, reply, pages));

  const unanswered = new WeakSet<FastifyRequest>();
  app.addHook('onSend', async (request) => {
    if (unanswered.has(request)) request.raw.socket.destroy();
  });

  const refuse = (reply: FastifyReply, problem: CaptureProblemSlug, why?: string): FastifyReply =>
    reply.code(captureProblems[problem]).send(captureProblemSchema.parse({ problem, ...(why ? { why } : {}) }));
  const tell = (found: Inside, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.send(captureStateSchema.parse(stateOf(found, isOurs(found, request))));
  const giveKey = (found: Inside, reply: FastifyReply, key: string): void =>
    void reply.header('set-cookie', `device=${key}; Path=${new URL(found.link).pathname}; HttpOnly; SameSite=Strict`);
  const isOurs = (found: Inside, request: FastifyRequest): boolean =>
    found.device !== null && (request.headers.cookie ?? '').includes(found.device);

  type Handle = (found: Inside, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  /** A call of the device that began; what comes from elsewhere, or too late, is refused. */
  const on = (path: string, handle: Handle): void => {
    app.post<{ Params: { token: string } }>(`/i/:token/api/${path}`, async (request, reply) => {
      const found = cases.get(request.params.token);
      if (found === undefined) return refuse(reply, 'link-unknown');
      found.calls.push(`${request.method} ${path}`);
      if (found.losesAnswersTo === path) unanswered.add(request);
      if (found.stop !== null) return refuse(reply, 'link-stopped');
      if (path !== 'start' && !isOurs(found, request)) return refuse(reply, 'not-this-device');
      return handle(found, request, reply);
    });
  };

  app.get<{ Params: { token: string } }>('/i/:token/api/state', async (request, reply) => {
    const found = cases.get(request.params.token);
    if (found === undefined) return reply.send(captureStateSchema.parse({ at: 'stopped', reason: 'unknown' }));
    if (found.device === null && !(request.headers.cookie ?? '').includes('device='))
      giveKey(found, reply, randomBytes(16).toString('hex'));
    return tell(found, request, reply);
  });
  on('start', async (found, request, reply) => {
    if (found.device !== null && !isOurs(found, request)) return refuse(reply, 'not-this-device');
    const key = /device=([0-9a-f]{32})/.exec(request.headers.cookie ?? '')?.[1];
    if (key === undefined) return refuse(reply, 'device-without-key');
    found.received.start = startBody.parse(request.body);
    found.device = key;
    giveKey(found, reply, key);
    return reply.send(captureStateSchema.parse(stateOf(found, true)));
  });

  on('face/begin', async (found, request, reply) => {
    if (wantedOf(found) !== 'face') return refuse(reply, 'not-now');
    if (found.attemptsLeft === 0) return refuse(reply, 'no-attempts-left');
    const { mediaType, withoutTurning } = beginFaceBody.parse(request.body);
    found.received.begun.push({ mediaType, withoutTurning });
    found.attemptsLeft -= 1;
    found.attempt = { id: randomBytes(8).toString('hex'), chunks: [], step: 0, beganAt: Date.now() };
    return reply.send(
      begunFaceSchema.parse({
        attempt: found.attempt.id,
        baselineMs: 600,
        stepCount: stepsOf(found.wish).length,
        firstStepAtMs: 700,
        chunkMs: 500,
        finishBy: new Date(Date.now() + 60_000).toISOString(),
      }),
    );
  });
  on('face/:attempt/step', async (found, request, reply) => {
    const { step } = stepBody.parse(request.body);
    const asked = stepsOf(found.wish)[step];
    if (found.attempt?.id !== (request.params as { attempt: string }).attempt) return refuse(reply, 'attempt-unknown');
    if (found.attempt.step !== step || asked === undefined) return refuse(reply, 'attempt-void', 'step-out-of-order');
    found.attempt.step += 1;
    const isLast = step + 1 === stepsOf(found.wish).length;
    const { stepMs = STEP_MS, colourMs = 330 } = found.wish;
    const show: ShownStep['show'] =
      asked === 'flash'
        ? { kind: 'flash', colours: COLOURS, colourMs, forMs: colourMs * COLOURS.length }
        : { kind: 'gesture', gesture: asked, forMs: stepMs };
    return reply.send(shownStepSchema.parse({ show, nextAfterMs: isLast ? null : show.forMs + PAUSE_MS }));
  });
  on('face/:attempt/chunks/:chunk', async (found, request, reply) => {
    chunkQuery.parse(request.query);
    const { attempt, chunk } = request.params as { attempt: string; chunk: string };
    if (found.attempt?.id !== attempt) return refuse(reply, 'attempt-unknown');
    if (Number(chunk) < found.attempt.chunks.length) return refuse(reply, 'chunk-already-here');
    if (Number(chunk) > found.attempt.chunks.length) return refuse(reply, 'attempt-void', 'chunk-out-of-order');
    found.attempt.chunks.push(request.body as Buffer);
    return reply.send(receivedChunkSchema.parse({ received: found.attempt.chunks.length }));
  });
  on('face/:attempt/finish', async (found, request, reply) => {
    const body = finishFaceBody.parse(request.body);
    const { attempt } = found;
    if (attempt === null) return refuse(reply, 'attempt-unknown');
    const bytes = Buffer.concat(attempt.chunks);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (body.chunks !== attempt.chunks.length) return refuse(reply, 'attempt-void', 'chunks-missing');
    if (body.sha256 !== sha256) return refuse(reply, 'attempt-void', 'digest-differs');
    if (body.shown.length !== attempt.step) return refuse(reply, 'attempt-void', 'windows-do-not-fit');
    found.received.finished += 1;
    found.received.faceBytes = bytes.length;
    found.attempt = null;
    arrive(found, 'face', 'face-video', bytes);
    return tell(found, request, reply);
  });

  on('document-kind', async (found, request, reply) => {
    if (wantedOf(found) !== 'document-kind') return refuse(reply, 'not-now');
    found.received.kind = documentKindBody.parse(request.body).kind;
    return tell(found, request, reply);
  });
  for (const side of ['front', 'back'] as const)
    on(`documents/${side}`, async (found, request, reply) => {
      const bytes = request.body as Buffer;
      found.received.documents.push({
        side,
        byteLength: bytes.length,
        mediaType: request.headers['content-type'] ?? '',
      });
      arrive(found, side, `document-${side}`, bytes);
      return tell(found, request, reply);
    });
  on('place', async (found, request, reply) => {
    found.received.place = placeBody.parse(request.body);
    found.placeAnswered = true;
    return tell(found, request, reply);
  });
  on('submit', async (found, request, reply) => {
    if (wantedOf(found) !== 'submit') return refuse(reply, 'still-checking');
    found.sentAt = new Date().toISOString();
    return tell(found, request, reply);
  });

  function arrive(
    found: Inside,
    piece: 'face' | 'front' | 'back',
    kind: Inside['collected'][number]['kind'],
    bytes: Buffer,
  ): void {
    const problem = found.wish.problems?.[piece]?.[found.seen[piece]];
    found.seen[piece] += 1;
    found.pieces[piece] = { is: 'checking' };
    found.collected = [
      ...found.collected.filter((other) => other.kind !== kind),
      { kind, byteLength: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    ];
    setTimeout(() => {
      found.pieces[piece] = problem === undefined ? { is: 'good' } : { is: 'problem', problem };
    }, CHECK_MS).unref();
  }

  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const origin = address.replace('127.0.0.1', 'localhost');
  return {
    origin,
    newCase(wish: CaseWish = {}): Case {
      const token = randomBytes(15).toString('hex').slice(0, 29);
      const made: Inside = {
        link: `${origin}/i/${token}`,
        received: {
          start: null,
          begun: [],
          finished: 0,
          faceBytes: 0,
          documents: [],
          kind: wish.retake?.scope === 'face' ? 'id-card' : null,
          place: null,
        },
        calls: [],
        losesAnswersTo: wish.losesAnswersTo ?? null,
        cancel: () => {
          made.stop = 'cancelled';
        },
        wish,
        device: null,
        stop: wish.stopped ?? null,
        pieces: {
          face: { is: wish.retake?.scope === 'document' ? 'good' : 'missing' },
          front: { is: wish.retake?.scope === 'face' ? 'good' : 'missing' },
          back: { is: wish.retake?.scope === 'face' ? 'good' : 'missing' },
        },
        placeAnswered: wish.retake !== undefined,
        attempt: null,
        attemptsLeft: wish.faceAttempts ?? 3,
        seen: { face: 0, front: 0, back: 0 },
        sentAt: null,
        collected: [],
      };
      cases.set(token, made);
      return made;
    },
    close: () => app.close(),
  };
}

const stepsOf = (wish: CaseWish): readonly (Gesture | 'flash')[] => wish.steps ?? ['turn-left', 'look-up', 'smile'];

function wantedOf(found: Inside): Wanted {
  const { pieces, received } = found;
  const isOpen = ({ is }: PieceState): boolean => is === 'missing' || is === 'problem';
  if (isOpen(pieces.face)) return 'face';
  if (received.kind === null) return 'document-kind';
  if (isOpen(pieces.front)) return 'front';
  if (received.kind !== 'passport' && isOpen(pieces.back)) return 'back';
  if ((found.wish.asksPlace ?? true) && !found.placeAnswered) return 'place';
  return Object.values(pieces).some(({ is }) => is === 'checking') ? 'checks' : 'submit';
}

function stateOf(found: Inside, isOurs: boolean): CaptureState {
  const { wish } = found;
  const about = {
    asker: { name: 'Banco Ejemplo', accentColour: wish.accentColour ?? null, logo: wish.logo ?? null },
    language: wish.language ?? 'es',
  };
  if (found.stop !== null) return { at: 'stopped', reason: found.stop, ...about };
  if (found.sentAt !== null)
    return isOurs
      ? {
          at: 'sent',
          ...about,
          receipt: {
            reference: '299846332',
            submittedAt: found.sentAt,
            collected: found.collected,
            placeShared: typeof found.received.place === 'object' && !('declined' in found.received.place!),
            keptUntil: new Date(Date.parse(found.sentAt) + 30 * 86_400_000).toISOString(),
            privacyContact: 'privacidad@banco.example',
          },
        }
      : { at: 'stopped', reason: 'used', ...about };
  if (found.device === null)
    return {
      at: 'welcome',
      ...about,
      notice: {
        textVersion: '1',
        purpose: null,
        keptDays: 30,
        alternative: null,
        privacyContact: 'privacidad@banco.example',
        privacyUrl: null,
      },
      asksPlace: wish.asksPlace ?? true,
      mayFilmOnLaptop: wish.mayFilmOnLaptop ?? false,
      retake: wish.retake ?? null,
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    };
  if (!isOurs) return { at: 'elsewhere', ...about };
  const { face, front, back } = found.pieces;
  const { kind } = found.received;
  return {
    at: 'capturing',
    ...about,
    wanted: wantedOf(found),
    documentKind: kind as 'id-card' | 'passport' | 'other' | null,
    retake: wish.retake ?? null,
    pieces: { face, front, back: kind === null || kind === 'passport' ? null : back },
    faceAttemptsLeft: found.attemptsLeft,
    retryAfterSeconds: found.attemptsLeft === 0 ? 1800 : null,
    asksPlace: (wish.asksPlace ?? true) && wish.retake === undefined,
  };
}
