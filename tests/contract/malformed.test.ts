import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import fc from 'fast-check';
import { send, type WireResponse } from './exchange.ts';
import { malformedCalls } from './malformed.ts';
import { worldInMemory } from './world-in-memory.ts';

const CALLS = 10_000;

/** Which format an answer is in, having read it as strictly as that format can be read; throws when it cannot. */
function formatOf({ headers, body }: WireResponse): 'JSON' | 'XML' | 'TXT' | 'ANT' {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  switch (headers['content-type']) {
    case 'application/json; charset=utf-8': {
      const parsed = JSON.parse(text) as [{ Res: number }];
      assert.ok(Array.isArray(parsed) && parsed.length === 1 && Number.isInteger(parsed[0].Res));
      return 'JSON';
    }
    case 'application/xml; charset=utf-8': {
      assert.equal(XMLValidator.validate(text), true);
      const { result } = new XMLParser().parse(text) as { result: { Res: number } };
      assert.ok(Number.isInteger(result.Res));
      return 'XML';
    }
    default:
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
      if (/^(Res:-?\d;\n)([A-Za-z]+:[^;\n\r]*;\n)*$/.test(text)) return 'TXT';
      assert.match(text, /^(Res:-?\d|Cred:\d+(,\d+)?)(\r\n[A-Za-z]+:[^\r\n]*)*$/);
      return 'ANT';
  }
}

test(`${CALLS} malformed calls: no 5xx, no crash, every answer in a format that can be read`, async (context) => {
  const seed = Number(process.env['COTEJO_SEED'] ?? Date.now() % 2_147_483_647);
  context.diagnostic(`seed ${seed}`);
  const silent = { blockedForSeconds: () => null, failed: () => {}, succeeded: () => {}, polled: () => null };
  const world = await worldInMemory({ throttle: silent });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const seen = new Map<string, number>();
  try {
    const { apiUser, apiToken } = (await world.enter({
      account: 'validated',
      credits: 1000,
      verification: 'requested',
    }))!;
    const Authorization = `Basic ${Buffer.from(`${apiUser}:${apiToken}`).toString('base64')}`;
    const before = world.availableHundredths();
    let accepted = 0;
    const check = async (call: (typeof calls)[number]): Promise<void> => {
      const response = await send(world.baseUrl, { ...call, headers: { ...call.headers, Authorization } }, { agent });
      const shown = JSON.stringify({ ...call, body: call.body.slice(0, 300) });
      assert.ok(response.status < 500, `${response.status} for ${shown}`);
      let format: string;
      try {
        format = formatOf(response);
      } catch (error) {
        throw new Error(`unreadable answer to ${shown}: ${response.body.toString()}`, { cause: error });
      }
      const res = /Res[":>]{1,2}(-?\d)/.exec(response.body.toString())?.[1] ?? '1';
      if (res === '1' && /verificar|cancelar/i.test(call.path)) accepted += 1;
      const kind = `${response.status} ${format} ${res}`;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    };
    const calls = fc.sample(malformedCalls, { seed, numRuns: CALLS });
    for (let at = 0; at < calls.length; at += 8) await Promise.all(calls.slice(at, at + 8).map(check));
    assert.equal(
      (
        await send(
          world.baseUrl,
          { method: 'POST', path: '/GetCreditos', headers: { Authorization }, body: '' },
          { agent },
        )
      ).status,
      200,
    );
    if (accepted === 0) assert.equal(world.availableHundredths(), before);
    const table = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${kind}: ${count}`);
    context.diagnostic(`answers by status, format and Res: ${table.join(' · ')}; accepted by chance: ${accepted}`);
    assert.ok(seen.size > 12, 'the calls reach many kinds of answers');
    assert.equal(
      world.logLines.some((line) => line.includes('a call failed')),
      false,
    );
  } finally {
    agent.destroy();
    await world.close();
  }
});
