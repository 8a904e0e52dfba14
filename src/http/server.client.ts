import type { ServerOptions } from 'node:https';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify';
import { securityHeaders } from './security-headers.ts';

export type HttpParts = {
  /** Certificates; null: plain HTTP. */
  readonly https: ServerOptions | null;
  readonly isHttps: (request: FastifyRequest) => boolean;
  /** For what libraries and routes warn of. It must not write what is below a warning: a line for each request would quote its address. */
  readonly logger: FastifyBaseLogger;
  /** Told of every answer: the route as it was declared, never the address that was asked for. */
  readonly onAnswer: (answer: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
  /** Told of what no route expected. */
  readonly onError: (error: unknown, route: string) => void;
};

/** A silent sender is cut off. One that goes on sending has the time that a photograph takes from the edge of a mobile network. */
const HEADERS_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_TIMEOUT_MS = 30_000;
const BODY_LIMIT_BYTES = 65_536;
const MOST_CONNECTIONS = 10_000;

const METHODS_LOGGED = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A server without routes, with what holds for all of them: limits, headers, and errors that tell nothing of the inside. */
export function httpServer({ https, isHttps, logger, onAnswer, onError }: HttpParts): FastifyInstance {
  const app = fastify({
    https,
    loggerInstance: logger,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 128 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  }) as unknown as FastifyInstance;
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  app.server.maxConnections = MOST_CONNECTIONS;

  const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(isHttps(request)));
  });
  app.addHook('onResponse', async (request, reply) => {
    onAnswer({
      method: METHODS_LOGGED.has(request.method) ? request.method : 'other',
      route: routeOf(request),
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send({ status: 404, title: 'Not Found' }));
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const status =
      error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 500) onError(error, routeOf(request));
    return reply.code(status).send({ status, title: status === 500 ? 'Internal Server Error' : 'Bad Request' });
  });
  return app;
}
