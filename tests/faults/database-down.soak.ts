import test from 'node:test';
import { databaseAway, outages } from './database-down.ts';

const DOWN_MS = 30_000;
const TIMES = 10;
const print = (line: string): void => void process.stdout.write(`database down: ${line}\n`);

for (const server of ['own', 'embedded'] as const)
  test(`the database (${server}) is away for 30 s, ${TIMES} times each way, under 50 calls a second`, () => {
    const each = outages.filter((outage) => outage.server === server);
    return databaseAway({ server, events: Array.from({ length: TIMES }, () => each).flat(), downMs: DOWN_MS }, print);
  });
