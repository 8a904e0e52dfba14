import assert from 'node:assert/strict';
import http from 'node:http';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import fc from 'fast-check';
import { send, type WireRequest, type WireResponse } from './exchange.ts';
import { malformedCalls } from './malformed.ts';
import { worldInMemory } from './world-in-memory.ts';

export type MalformedRun = {
  /** Counts by HTTP status, format and `Res`. */
  readonly answers: ReadonlyMap<string, number>;
  /** Calls that were right by chance. */
  readonly accepted: number;
  /** Resident memory of the process, MB, at each tenth of the way. */
  readonly rssMegabytes: readonly number[];
};

const AT_ONCE = 8;

/**
 * Sends malformed calls to the wire and reads each answer as strictly as its format can be read.
 * @throws AssertionError on a 5xx, an answer that cannot be read, a credit that moved, or an error that nobody expected.
 */
export async function sendMalformed({
  calls,
  seed,
}: {
  readonly calls: number;
  readonly seed: number;
}): Promise<MalformedRun> {
  const turn = (): Promise<() => void> => Promise.resolve(() => {});
  const silent = { turn, blockedForSeconds: () => null, failed: () => null, succeeded: () => {}, polled: () => null };
  const world = await worldInMemory({ throttle: silent, logLevel: 'warn' });
  try {
    const scene = { account: 'validated', credits: 100_000, verification: 'requested' } as const;
    const { apiUser, apiToken } = (await world.enter(scene))!;
    const Authorization = `Basic ${Buffer.from(`${apiUser}:${apiToken}`).toString('base64')}`;
    const before = world.availableHundredths();
    const run = await sendMalformedTo(world.baseUrl, {
      Authorization,
      calls,
      seed,
      rss: () => process.memoryUsage.rss(),
    });
    if (run.accepted === 0) assert.equal(world.availableHundredths(), before);
    assert.deepEqual(world.logLines, []);
    return run;
  } finally {
    await world.close();
  }
}

/**
 * The same to any server, with the credentials of an account of it.
 * @param rss the memory that is to be watched, bytes.
 * @throws AssertionError on a 5xx or an answer that cannot be read.
 */
export async function sendMalformedTo(
  baseUrl: string,
  { Authorization, calls, seed, rss }: { Authorization: string; calls: number; seed: number; rss: () => number },
): Promise<MalformedRun> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const answers = new Map<string, number>();
  const rssMegabytes: number[] = [];
  let accepted = 0;
  const call = (request: WireRequest): Promise<WireResponse> =>
    send(baseUrl, { ...request, headers: { ...request.headers, Authorization } }, { agent });
  const check = async (request: WireRequest): Promise<void> => {
    const response = await call(request);
    const shown = JSON.stringify({ ...request, body: request.body.slice(0, 300) });
    assert.ok(response.status < 500, `${response.status} for ${shown}`);
    const { format, res } = readStrictly(response, shown);
    if (res === 1 && /verificar|cancelar/i.test(request.path)) accepted += 1;
    const kind = `${response.status} ${format} ${res}`;
    answers.set(kind, (answers.get(kind) ?? 0) + 1);
  };
  try {
    const tenth = Math.ceil(calls / 10);
    for (let done = 0; done < calls; done += tenth) {
      const drawn = fc.sample(malformedCalls, { seed: seed + done, numRuns: Math.min(tenth, calls - done) });
      for (let at = 0; at < drawn.length; at += AT_ONCE) await Promise.all(drawn.slice(at, at + AT_ONCE).map(check));
      rssMegabytes.push(Math.round(rss() / 1e6));
    }
    const last = await call({ method: 'POST', path: '/GetCreditos', headers: {}, body: '' });
    assert.ok([200, 429].includes(last.status)); // 429: it was asked so often
  } finally {
    agent.destroy();
  }
  return { answers, accepted, rssMegabytes };
}

/** The format and the code of an answer; throws when it cannot be read as what it says it is. */
function readStrictly(
  { headers, body }: WireResponse,
  shown: string,
): { readonly format: string; readonly res: number } {
  const contentType = headers['content-type'];
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (contentType === 'application/json; charset=utf-8') return { format: 'JSON', res: codeInJson(text) };
    if (contentType === 'application/xml; charset=utf-8') return { format: 'XML', res: codeInXml(text) };
    assert.equal(contentType, 'text/plain; charset=utf-8');
    const inTxt = /^Res:(-?\d);\n(?:[A-Za-z]+:[^;\n\r]*;\n)*$/.exec(text)?.[1];
    if (inTxt !== undefined) return { format: 'TXT', res: Number(inTxt) };
    const inAnt = /^(?:Res:(-?\d)|Cred:\d+(?:,\d+)?)(?:\r\n[A-Za-z]+:[^\r\n]*)*$/.exec(text);
    assert.ok(inAnt, 'neither text format');
    return { format: 'ANT', res: Number(inAnt[1] ?? 1) };
  } catch (error) {
    throw new Error(`unreadable answer to ${shown}: ${body.toString()}`, { cause: error });
  }
}

function codeInJson(text: string): number {
  const parsed = JSON.parse(text) as [{ Res: number }];
  assert.ok(Array.isArray(parsed) && parsed.length === 1 && Number.isInteger(parsed[0].Res));
  return parsed[0].Res;
}

function codeInXml(text: string): number {
  assert.equal(XMLValidator.validate(text), true);
  const { result } = new XMLParser().parse(text) as { result: { Res: number } };
  assert.ok(Number.isInteger(result.Res));
  return result.Res;
}

/** One line to print of a run. */
export const summaryOf = ({ answers, accepted }: MalformedRun): string =>
  `answers by status, format and Res: ${[...answers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${kind}: ${count}`)
    .join(' · ')}; right by chance: ${accepted}`;
