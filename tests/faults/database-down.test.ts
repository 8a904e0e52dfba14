import test from 'node:test';
import { databaseAway, outages } from './database-down.ts';

const DOWN_MS = 4000;
const print = (line: string): void => void process.stdout.write(`database down: ${line}\n`);

for (const server of ['own', 'embedded'] as const)
  test(`the database (${server}) goes away under 50 calls a second: no false success, an answer within 5 s, normal within 10 s`, () =>
    databaseAway({ server, events: outages.filter((outage) => outage.server === server), downMs: DOWN_MS }, print));
