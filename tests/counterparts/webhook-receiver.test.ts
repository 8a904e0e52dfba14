import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { Webhook } from 'standardwebhooks';
import { type Hit, outOfOrder, WebhookReceiver } from './webhook-receiver.ts';

const hit = (webhookId: string, verification: string, behaviour: Hit['behaviour'] = 'accept'): Hit => ({
  ...{ number: 1, at: '', method: 'POST', path: '/', headers: {}, body: '', attempt: 1, status: '', openSockets: 1 },
  ...{ webhookId, verification, behaviour, signature: 'valid', taken: behaviour !== 'cut' },
});

test('a delivery that comes before the one before it was answered is out of order; repetitions are not', () => {
  assert.deepEqual(outOfOrder([hit('a1', 'a'), hit('b1', 'b'), hit('a2', 'a'), hit('a1', 'a'), hit('a3', 'a')]), []);
  assert.deepEqual(outOfOrder([hit('a1', 'a', 'cut'), hit('b1', 'b'), hit('a1', 'a'), hit('a2', 'a')]), []);
  for (const behaviour of ['cut', 'take-and-cut', 'take-and-hang'] as const) {
    const early = hit('a2', 'a');
    assert.deepEqual(outOfOrder([hit('a1', 'a', behaviour), hit('b1', 'b'), early]), [early], behaviour);
  }
});

test('bodies of all encodings are read, and signatures checked', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const receiver = new WebhookReceiver({ secrets: [secret] });
  const url = `http://127.0.0.1:${await receiver.listen()}/`;
  const form = new FormData();
  form.set('ID', '3');
  form.set('Estado', '5001');
  const bodies = [
    { body: JSON.stringify({ ID: '1', Estado: 3000 }), type: 'application/json' },
    { body: 'ID=2&Estado=5000', type: 'application/x-www-form-urlencoded' },
    { body: await new Response(form).text(), type: '' },
  ];
  bodies[2]!.type = `multipart/form-data; boundary=${/^--(.*)\r\n/.exec(bodies[2]!.body)![1]!}`;
  const at = new Date();
  for (const { body, type } of bodies) {
    const signature = new Webhook(secret).sign('msg_1', at, body);
    const signed = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)) };
    const wrong = signature.replace(/^v1,(.)/, (_, first: string) => `v1,${first === 'A' ? 'B' : 'A'}`);
    for (const value of [signature, wrong])
      await fetch(url, {
        method: 'POST',
        body,
        headers: { ...signed, 'content-type': type, 'webhook-signature': value },
      });
  }
  await receiver.close();
  assert.deepEqual(
    receiver.hits.map(({ verification, status, signature }) => `${verification} ${status} ${signature}`),
    ['1 3000', '2 5000', '3 5001'].flatMap((told) => [`${told} valid`, `${told} invalid`]),
  );
});

test('both run as programs: the receiver has its journal on disk, the name server takes turns', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cotejo-receiver-'));
  const journal = path.join(folder, 'hits.jsonl');
  const start = async (
    file: string,
    ...args: string[]
  ): Promise<{ said: Record<string, string>; end: () => Promise<unknown> }> => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, file), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    return {
      said: JSON.parse(chunk.toString()) as Record<string, string>,
      end: () => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        return ended;
      },
    };
  };
  const receiver = await start('webhook-receiver.ts', '--journal', journal, '--plan', 'status=503');
  const reply = await fetch(`http://127.0.0.1:${receiver.said['port']}/hook`, { method: 'POST', body: 'hello' });
  assert.equal(reply.status, 503);
  assert.deepEqual(await receiver.end(), [0, null]);
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as Hit).body),
    ['hello'],
  );
  rmSync(folder, { recursive: true });

  const dns = await start('dns.ts', 'rebind.test=93.184.216.34|127.0.0.1');
  const resolver = new Resolver();
  resolver.setServers([dns.said['server']!]);
  const answers = [
    await resolver.resolve4('rebind.test', { ttl: true }),
    await resolver.resolve4('rebind.test', { ttl: true }),
  ];
  assert.deepEqual(answers, [[{ address: '93.184.216.34', ttl: 0 }], [{ address: '127.0.0.1', ttl: 0 }]]);
  assert.deepEqual(await dns.end(), [0, null]);
});
