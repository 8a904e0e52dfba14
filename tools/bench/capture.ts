// Fifty applicants at once, from the link to the receipt, over HTTP and in real time, and the engine behind them: how soon what they send is
// answered, how long a set waits, and how near the service comes to what the engine can do by itself on the same machine in the same run.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { assess } from '../../src/engine/assess.ts';
import { shippedAttributeModel } from '../../src/engine/face/attributes/attribute-model.ts';
import { serviceLimits, workerEngine } from '../../src/engine/workers.client.ts';
import { childrenOf, postmasterPids } from '../../tests/counterparts/postgres-own.ts';
import { clusterOf } from '../../tests/counterparts/postgres-service.ts';
import { type Media, PatientApplicant, type TakenCall } from '../../tests/counterparts/patient-applicant.ts';
import { loopOf } from '../../tests/faults/answering-loop.ts';
import { asked, mediaIn } from '../../tests/faults/capture-kills.ts';
import { RunningService, temporaryFolder } from '../../tests/faults/running-service.ts';
import { quantile } from '../../tests/faults/until.ts';
import { Caller } from '../../tests/journeys/caller.ts';

const APPLICANTS = Number(process.env['COTEJO_BENCH_APPLICANTS'] ?? 50);
/** People do not tap in the same moment; the most that their beginnings lie apart. */
const BEGIN_WITHIN_MS = 3000;
const IN_HAND = 2;
/** Whatever else the machine does. */
const START_WITHIN_MS = 120_000;
const ASSESSED_WITHIN_MS = 30 * 60_000;

/** @param rounds assessments by the engine alone, for each worker that it has. */
export async function captureBench(rounds: number): Promise<void> {
  const folder = await temporaryFolder();
  const media = await mediaIn(folder);
  const service = await RunningService.create();
  try {
    await service.start([], START_WITHIN_MS);
    const caller = new Caller({ url: service.url, ...service.createAccount(APPLICANTS * 10) });
    const links: string[] = [];
    for (let number = 0; number < APPLICANTS; number += 1) links.push((await asked(service, caller, number)).link);
    const memory = watchMemory([service.pid, ...postmasterPids(clusterOf(service.folder))]);
    const before = await loopOf(service);
    const calls = await everybody(links, media);
    const loop = await loopOf(service);
    const runs = await service.withDatabase(async (connection) => {
      const client = new pg.Client(connection);
      await client.connect();
      return settledRuns(client).finally(() => client.end());
    });
    const mostMb = memory.stop();
    await service.stop();
    const alone = await engineAlone(folder, media, rounds);
    print(calls, runs, alone, mostMb);
    console.log(
      `  the answering loop  late by p50 ${loop.p50Ms.toFixed(1)}, p99 ${loop.p99Ms.toFixed(1)}, at most ${loop.mostMs.toFixed(0)} ms while people were at it; ${(loop.cpuS - before.cpuS).toFixed(1)} s on a CPU, ${(loop.inLineS - before.inLineS).toFixed(1)} s in line for one`,
    );
  } finally {
    await service.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function everybody(links: readonly string[], media: Media): Promise<readonly TakenCall[]> {
  const calls = await Promise.all(
    links.map(async (link, number) => {
      await delay((number / links.length) * BEGIN_WITHIN_MS);
      const applicant = new PatientApplicant(link);
      await applicant.wholeWay(media);
      return applicant.taken;
    }),
  );
  return calls.flat();
}

type Run = { readonly submitted: Date; readonly begun: Date; readonly assessed: Date };

/** Waits until everything that was sent is assessed. */
async function settledRuns(client: pg.Client): Promise<readonly Run[]> {
  for (const beganAt = performance.now(); ; await delay(1000)) {
    const { rows } = await client.query<Run>(`
      select v.submitted_at as submitted, r.begun_at as begun, v.assessed_at as assessed
      from verification v join engine_run r using (account_id, verification_id) where v.assessed_at is not null`);
    if (rows.length === APPLICANTS) return rows;
    if (performance.now() - beganAt > ASSESSED_WITHIN_MS) throw new Error(`${rows.length} were assessed`);
  }
}

/** @returns decisions a minute of the engine's own workers with nothing around them. */
async function engineAlone(folder: string, media: Media, rounds: number): Promise<number> {
  const faceVideo = path.join(folder, 'face.webm');
  await writeFile(faceVideo, media.recording);
  const engine = workerEngine(IN_HAND, serviceLimits);
  const at = new Date().toISOString().slice(0, 10);
  const request = { requestedNumber: null, challenge: null, at, attributeModel: shippedAttributeModel };
  const once = async (): Promise<void> => {
    const assessed = await assess({ faceVideo, front: media.front, back: media.back }, request, engine);
    if (!assessed.ok) throw new Error(assessed.refusal.kind);
  };
  await Promise.all(Array.from({ length: IN_HAND }, once));
  const beganAt = performance.now();
  await Promise.all(
    Array.from({ length: IN_HAND }, async () => {
      for (let round = 0; round < rounds; round += 1) await once();
    }),
  );
  const minutes = (performance.now() - beganAt) / 60_000;
  await engine.close();
  return (IN_HAND * rounds) / minutes;
}

function print(calls: readonly TakenCall[], runs: readonly Run[], alone: number, mostMb: number): void {
  const ms = (values: readonly number[]): string =>
    `p50 ${Math.round(quantile(values, 0.5))}, p95 ${Math.round(quantile(values, 0.95))}, p99 ${Math.round(quantile(values, 0.99))} ms (${values.length})`;
  const took = (isMeant: (call: TakenCall) => boolean): readonly number[] =>
    calls.filter(isMeant).map(({ tookMs }) => tookMs);
  const uploads = took(({ bytes }) => bytes > 0);
  const times = (pick: (run: Run) => Date): number[] => runs.map((run) => pick(run).getTime());
  const waits = runs.map(({ submitted, begun }) => (begun.getTime() - submitted.getTime()) / 1000);
  const lastSubmitted = Math.max(...times(({ submitted }) => submitted));
  const lastAssessed = Math.max(...times(({ assessed }) => assessed));
  // While nobody films any more and sets wait: what the engine gets done in the service.
  const after = runs.filter(({ assessed }) => assessed.getTime() > lastSubmitted).length;
  const perMinute = after / ((lastAssessed - lastSubmitted) / 60_000);
  console.log(
    [
      `capture: ${APPLICANTS} applicants at once, ${calls.length} calls`,
      `  chunks of video     ${ms(took(({ path: name, bytes }) => bytes > 0 && name.startsWith('face/')))}`,
      `  photographs         ${ms(took(({ path: name }) => name.startsWith('documents/')))}`,
      `  uploads in all      ${ms(uploads)}`,
      `  end of the video    ${ms(took(({ path: name }) => name.endsWith('/finish')))}`,
      `  everything else     ${ms(took(({ path: name, bytes }) => bytes === 0 && !name.endsWith('/finish')))} (goal ≤ 300 ms)`,
      `  by call, p95        ${byRoute(calls)} ms`,
      `  a set waits         p50 ${quantile(waits, 0.5).toFixed(1)}, p95 ${quantile(waits, 0.95).toFixed(1)}, longest ${Math.max(...waits).toFixed(1)} s`,
      `  decisions           ${perMinute.toFixed(1)} a minute (${after} after the last one was sent), the engine alone ${alone.toFixed(1)}`,
      `  ratio               ${(perMinute / alone).toFixed(2)} (goal ≥ 0.9)`,
      `  memory              ${mostMb} MB resident at most: the service, its workers and its database`,
    ].join('\n'),
  );
}

/** What each kind of call took, the slowest first. */
function byRoute(calls: readonly TakenCall[]): string {
  const kindOf = ({ path: name }: TakenCall): string => name.replace(/\?.*/, '').replaceAll(/\d+/g, ':n');
  return Object.entries(Object.groupBy(calls, kindOf))
    .map(([kind, taken = []]) => ({
      kind,
      p95Ms: Math.round(
        quantile(
          taken.map(({ tookMs }) => tookMs),
          0.95,
        ),
      ),
    })) // prettier-ignore
    .toSorted((a, b) => b.p95Ms - a.p95Ms)
    .map(({ kind, p95Ms }) => `${kind} ${p95Ms}`)
    .join(', ');
}

/** The most that some processes and all that they began have resident together. Pages that PostgreSQL's processes share count for each. */
function watchMemory(roots: readonly number[]): { stop(): number } {
  let mostMb = 0;
  const look = (): void => {
    const all = [...roots];
    for (let at = 0; at < all.length; at += 1) all.push(...childrenOf(all[at]!));
    mostMb = Math.max(mostMb, Math.round(all.reduce((sum, each) => sum + residentBytes(each), 0) / 1e6));
  };
  const timer = setInterval(look, 5000);
  return {
    stop() {
      clearInterval(timer);
      return mostMb;
    },
  };
}

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0; // it has ended
  }
}
