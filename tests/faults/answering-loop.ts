import { readFile } from 'node:fs/promises';
import type { RunningService } from './running-service.ts';

export type AnsweringLoop = {
  readonly cpuS: number;
  readonly inLineS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
};

/** How the process that answers fares: what it burnt and waited for since it began, and how late its loop was since this was last asked. */
export async function loopOf(service: RunningService): Promise<AnsweringLoop> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
  return {
    cpuS: value('process_cpu_seconds_total'),
    inLineS: Number((await readFile(`/proc/${service.pid}/schedstat`, 'utf8')).split(' ')[1]) / 1e9,
    p50Ms: value('nodejs_eventloop_lag_p50_seconds') * 1000,
    p99Ms: value('nodejs_eventloop_lag_p99_seconds') * 1000,
    mostMs: value('nodejs_eventloop_lag_max_seconds') * 1000,
  };
}
