import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';

export type HealthParts = {
  /** What keeps the service from answering now, in words; empty: it is ready. */
  readonly unready: () => Promise<readonly string[]>;
  readonly metrics: Registry;
  /** Whether the caller may read the metrics: they tell how busy a company is. */
  readonly mayReadMetrics: (request: FastifyRequest) => boolean;
};

/** Whoever asks whether it is ready does not wait: a database that is silent is one that does not answer. */
const READY_WITHIN_MS = 2000;

const silence = (): Promise<readonly string[]> =>
  delay(READY_WITHIN_MS, ['the database does not answer in time'], { ref: false });

/** `/livez` (the process answers), `/readyz` (it can work), `/metrics` (Prometheus, for this machine). */
export function healthRoutes(app: FastifyInstance, { unready, metrics, mayReadMetrics }: HealthParts): void {
  app.get('/livez', async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'));
  app.get('/readyz', async (_request, reply) => {
    const reasons = await Promise.race([unready(), silence()]);
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(reasons.length === 0 ? 'ok\n' : `${reasons.join('\n')}\n`);
  });
  app.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request)) return reply.callNotFound();
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}
