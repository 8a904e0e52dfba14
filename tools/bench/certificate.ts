// How many certificates are made in a second, by the whole of the job: evidence opened, pages laid out, signed, stamped twice, on the disk,
// written down. Beside it what of that nobody can save: the signatures and the durable write. And how long others wait meanwhile in the
// process that does the job, for it may answer calls: with a process of its own for the making, as the service has it, and without.
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { listCertificates } from '../../src/certificate/certificate.store.ts';
import { type Maker, makerProcess } from '../../src/certificate/maker.client.ts';
import { openSealing } from '../../src/cli/certificates.ts';
import { type TestIssuing, testIssuing } from '../../tests/counterparts/issuing.ts';
import { childrenOf } from '../../tests/counterparts/postgres-own.ts';
import { makerHere } from '../../tests/counterparts/sealing.ts';

const CERTIFICATES = 20;
/** As many as the queue hands to one process. */
const AT_ONCE = 5;

type Round = {
  readonly perSecond: number;
  /** Of all processes together, and of the one that answers. */
  readonly cpuMs: number;
  readonly ownCpuMs: number;
  readonly longestPauseMs: number;
};

export async function certificateBench(rounds: number): Promise<void> {
  const issuing = await testIssuing(new Date());
  const folder = `${issuing.folder}.demonstration`;
  const { sealing, close } = await openSealing(
    { dataFolder: folder, signer: null, timeStampers: [] },
    { clock: issuing.parts.clock, log: { warn: () => {} } },
  );
  const apart = makerProcess(sealing);
  try {
    const within = makerHere(sealing, issuing.tools);
    const exhibits = await photographs();
    for (const { make } of [within, apart]) await made(issuing, { make, count: 3, atOnce: 1, exhibits });
    const [single, together, before, floors]: [Round[], Round[], Round[], number[]] = [[], [], [], []];
    for (let round = 0; round < rounds; round += 1) {
      const order = { make: apart.make, count: CERTIFICATES, exhibits };
      single.push(await made(issuing, { ...order, atOnce: 1 }));
      together.push(await made(issuing, { ...order, atOnce: AT_ONCE }));
      before.push(await made(issuing, { ...order, atOnce: AT_ONCE, make: within.make }));
      floors.push(await floor(issuing, await bytesEach(issuing)));
    }
    const ratios = together.map(({ perSecond }, at) => perSecond / floors[at]!);
    const told = (title: string, of: readonly Round[]): string => {
      const each = (value: (round: Round) => number): string => spread(of.map(value));
      return `${title}: ${each((round) => round.perSecond)} /s, CPU ${each((round) => round.cpuMs)} ms each (${each((round) => round.ownCpuMs)} where others are answered), others waited at most ${each((round) => round.longestPauseMs)} ms`;
    };
    console.log(
      [
        `${rounds} rounds of ${CERTIFICATES} certificates, ${Math.round((await bytesEach(issuing)) / 1000)} kB each, RSA 3072, B-LTA:`,
        `  ${told('one after the other', single)}`,
        `  ${told(`${AT_ONCE} at once`, together)}`,
        `  ${told(`${AT_ONCE} at once, made within the process that answers`, before)}`,
        `  floor (three signatures and the durable write): ${spread(floors)} /s; ratio ${spread(ratios, 2)}`,
      ].join('\n'),
    );
  } finally {
    await apart.close();
    await close();
    await issuing.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pictures that weigh what photographs do, under the engine's names and at its sizes. */
async function photographs() {
  const noisy = (width: number, height: number): Promise<Buffer> =>
    sharp({
      create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 12 } },
    })
      .jpeg({ quality: 85 })
      .toBuffer();
  const sizes = {
    'frame-1': [480, 640],
    front: [1600, 1010],
    back: [1600, 1010],
    face: [112, 112],
    portrait: [112, 112],
  } as const;
  return Promise.all(
    Object.entries(sizes).map(async ([name, [width, height]]) => ({
      name,
      mediaType: 'image/jpeg' as const,
      bytes: await noisy(width, height),
    })),
  );
}

type Order = {
  readonly make: Maker['make'];
  readonly count: number;
  readonly atOnce: number;
  readonly exhibits: Parameters<TestIssuing['approvedPlace']>[1];
};

async function made(issuing: TestIssuing, { count, atOnce, exhibits, make }: Order): Promise<Round> {
  const places: Awaited<ReturnType<TestIssuing['approvedPlace']>>[] = [];
  for (let number = 0; number < count; number += 1) places.push(await issuing.approvedPlace(undefined, exhibits));
  await delay(200);
  const waiting = monitorEventLoopDelay({ resolution: 1 });
  waiting.enable();
  const [beganAt, cpu, makerBefore] = [performance.now(), process.cpuUsage(), makerCpuMs()];
  const hand = async (): Promise<void> => {
    for (let place = places.pop(); place !== undefined; place = places.pop()) await issuing.issue(place, { make });
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
  const seconds = (performance.now() - beganAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const makerMs = makerCpuMs() - makerBefore;
  waiting.disable();
  if (issuing.attempts.some(({ hindrance }) => hindrance !== null)) throw new Error('a certificate was not made');
  const ownMs = (user + system) / 1000;
  return {
    perSecond: count / seconds,
    cpuMs: (ownMs + makerMs) / count,
    ownCpuMs: ownMs / count,
    longestPauseMs: waiting.max / 1e6,
  };
}

const MS_PER_TICK = 10;

/** What the maker's process has computed so far; 0 where the system does not tell. */
function makerCpuMs(): number {
  const ticks = childrenOf(process.pid)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('maker.process'))
    // proc(5): fields 14 and 15 are utime and stime; the name in field 2 may hold blanks, it ends with ')'.
    .map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '))
    .map((fields) => Number(fields[11]) + Number(fields[12]));
  return ticks.reduce((sum, each) => sum + each, 0) * MS_PER_TICK;
}

async function bytesEach({ evidence: { database, accountId } }: TestIssuing): Promise<number> {
  const [first] = await listCertificates(database, accountId, { after: 0, limit: 1 });
  return first!.file.byteLength;
}

/** Certificates in a second if they took nothing but three signatures and a durable file of their size. */
async function floor({ evidence, vault }: TestIssuing, byteLength: number): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const bytes = Buffer.alloc(byteLength, 7);
  const place = await evidence.newPlace();
  const { key } = vault.newKey(place);
  const beganAt = performance.now();
  for (let number = 0; number < CERTIFICATES; number += 1) {
    for (let time = 0; time < 3; time += 1) sign('sha256', bytes, privateKey);
    await vault.remove((await vault.write(place, key, bytes)).blobName);
  }
  return CERTIFICATES / ((performance.now() - beganAt) / 1000);
}

function spread(values: readonly number[], digits = 1): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): string => sorted[Math.round((sorted.length - 1) * part)]!.toFixed(digits);
  return `${at(0.5)} (${at(0)} … ${at(1)})`;
}
