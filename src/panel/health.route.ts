import type { FastifyPluginCallback } from 'fastify';
import { MS_PER_SECOND } from '../kernel/instant.ts';
import { ok } from '../kernel/result.ts';
import { type Guard, panelRoutes } from './guard.route.ts';
import { type Measured, judgeHealth } from './health.ts';
import { healthTable } from './health-table.ts';
import { archiving, callbackHealth, databaseHealth } from './health.store.ts';
import { readReports } from './process-report.store.ts';

export type HealthParts = {
  readonly version: string;
  readonly elapsedMs: () => number;
  readonly queues: () => Promise<Measured['queues']>;
  /** When the oldest change happened that an endpoint was not told of yet. */
  readonly oldestCallback: () => Promise<Date | null>;
  readonly migrations: () => Promise<Measured['migrations']>;
};

/** How the installation is. */
export const healthRoutes = (guard: Guard, parts: HealthParts): FastifyPluginCallback =>
  panelRoutes(guard, healthTable, {
    async readHealth({ now }) {
      const { database } = guard;
      const [reports, measured, queues, oldest, callbacks, archived, migrations] = await Promise.all([
        readReports(database),
        databaseHealth(database, parts.elapsedMs),
        parts.queues(),
        parts.oldestCallback(),
        callbackHealth(database),
        archiving(database),
        parts.migrations(),
      ]);
      const oldestSeconds = oldest === null ? 0 : Math.max(0, (now.getTime() - oldest.getTime()) / MS_PER_SECOND);
      return ok(
        judgeHealth({
          now,
          reports,
          database: measured,
          queues,
          callbacks: { ...callbacks, oldestSeconds },
          archiving: archived,
          version: parts.version,
          migrations,
        }),
      );
    },
  });
