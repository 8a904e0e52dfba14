// How many certificates one process makes in a second, by the whole of its job: evidence opened, pages laid out, signed, stamped twice, on
// the disk, written down. Beside it what of that nobody can save: the signatures and the durable write. And how long others wait meanwhile,
// for the same process may answer calls.
import { generateKeyPairSync, sign } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { listCertificates } from '../../src/certificate/certificate.store.ts';
import { openIssuing } from '../../src/cli/certificates.ts';
import { type TestIssuing, testIssuing } from '../../tests/counterparts/issuing.ts';

const CERTIFICATES = 30;
const AT_ONCE = 4;

type Round = { readonly perSecond: number; readonly cpuMs: number; readonly longestPauseMs: number };

export async function certificateBench(rounds: number): Promise<void> {
  const issuing = await testIssuing(new Date());
  const folder = `${issuing.folder}.demonstration`;
  const { sealing, tools, close } = await openIssuing(
    { dataFolder: folder, signer: null, timeStampers: [] },
    { clock: issuing.parts.clock, log: { warn: () => {} } },
  );
  try {
    const with_ = { sealing, tools };
    const exhibits = await photographs();
    await made(issuing, { ...with_, count: 3, atOnce: 1, exhibits });
    const [single, together, floors]: [Round[], Round[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      single.push(await made(issuing, { ...with_, count: CERTIFICATES, atOnce: 1, exhibits }));
      together.push(await made(issuing, { ...with_, count: CERTIFICATES, atOnce: AT_ONCE, exhibits }));
      floors.push(await floor(issuing, await bytesEach(issuing)));
    }
    const ratios = together.map(({ perSecond }, at) => perSecond / floors[at]!);
    const told = (title: string, of: readonly Round[]): string =>
      `${title}: ${spread(of.map(({ perSecond }) => perSecond))} /s, CPU ${spread(of.map(({ cpuMs }) => cpuMs))} ms each, others waited at most ${spread(of.map(({ longestPauseMs }) => longestPauseMs))} ms`;
    console.log(
      [
        `${rounds} rounds of ${CERTIFICATES} certificates, ${Math.round((await bytesEach(issuing)) / 1000)} kB each, RSA 3072, B-LTA:`,
        `  ${told('one after the other', single)}`,
        `  ${told(`${AT_ONCE} at once`, together)}`,
        `  floor (three signatures and the durable write): ${spread(floors)} /s; ratio ${spread(ratios, 2)}`,
      ].join('\n'),
    );
  } finally {
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

type Order = Pick<TestIssuing['parts'], 'sealing' | 'tools'> & {
  readonly count: number;
  readonly atOnce: number;
  readonly exhibits: Parameters<TestIssuing['approvedPlace']>[1];
};

async function made(issuing: TestIssuing, { count, atOnce, exhibits, sealing, tools }: Order): Promise<Round> {
  const places: Awaited<ReturnType<TestIssuing['approvedPlace']>>[] = [];
  for (let number = 0; number < count; number += 1) places.push(await issuing.approvedPlace(undefined, exhibits));
  const waiting = monitorEventLoopDelay({ resolution: 1 });
  waiting.enable();
  const [beganAt, cpu] = [performance.now(), process.cpuUsage()];
  const hand = async (): Promise<void> => {
    for (let place = places.pop(); place !== undefined; place = places.pop())
      await issuing.issue(place, { sealing, tools });
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
  const seconds = (performance.now() - beganAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  waiting.disable();
  if (issuing.attempts.some(({ hindrance }) => hindrance !== null)) throw new Error('a certificate was not made');
  return {
    perSecond: count / seconds,
    cpuMs: (user + system) / 1000 / count,
    longestPauseMs: waiting.max / 1e6,
  };
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
