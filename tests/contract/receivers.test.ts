// The receivers that are printed as examples, called by the code that calls receivers.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import test, { describe } from 'node:test';
import { callbackOf, testCallback } from '../../src/contract/callback.ts';
import { parseNetwork } from '../../src/http/client-address-notation.ts';
import type { BodyValue } from '../../src/notification/webhook/body.ts';
import { openEgress } from '../../src/notification/webhook/egress.client.ts';
import { strictRules } from '../../src/notification/webhook/egress-rules.ts';
import { callbackRequest } from '../../src/notification/webhook/request.ts';
import type { SigningSecret } from '../../src/notification/webhook/signature.ts';
import { hmacSha256, newSigningSecret } from '../../src/notification/webhook/signing.client.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { sampleVerification } from './callback-requests.ts';

const folder = path.join(import.meta.dirname, '../../docs/contract/examples/receivers');
/** How each is run, and how it is told to act on what it kept. */
const receivers = [
  { name: 'node', command: process.execPath, args: () => [path.join(folder, 'node/receiver.mjs')], catchesUp: null },
  {
    name: 'php',
    command: 'php',
    args: (port: number) => ['-S', `127.0.0.1:${port}`, path.join(folder, 'php/receiver.php')],
    catchesUp: [path.join(folder, 'php/receiver.php')],
  },
  { name: 'python', command: 'python3', args: () => [path.join(folder, 'python/receiver.py')], catchesUp: null },
] as const;

const isInstalled = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

const atState = (state: string): Readonly<Record<string, BodyValue>> =>
  callbackOf({ ...sampleVerification, state } as unknown as Verification, 'strings');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

type Sending = {
  readonly fields: Readonly<Record<string, BodyValue>>;
  readonly id: string;
  readonly at?: Date;
  readonly secrets?: readonly SigningSecret[];
  readonly spoil?: boolean;
};

for (const receiver of receivers)
  describe(`docs/contract/examples/receivers/${receiver.name}`, () => {
    test('takes what is ours, once, in its order, and nothing else', async (context) => {
      if (!isInstalled(receiver.command)) {
        context.diagnostic(`NOT RUN: ${receiver.command} is not installed here`);
        return;
      }
      const received = mkdtempSync(path.join(os.tmpdir(), 'cotejo-receiver-'));
      const secret = newSigningSecret();
      const next = newSigningSecret();
      const port = await freePort();
      const egress = openEgress({
        rules: { ...strictRules, allowsHttp: true, ports: [port], internalNetworks: [parseNetwork('127.0.0.0/8')!] },
        limit: { atOnce: 10, perSecond: 1000 },
      });
      let said = '';
      let child: ChildProcess | null = null;
      const environment = {
        ...process.env,
        COTEJO_SECRET: `${secret},${next}`,
        RECEIVED: received,
        PORT: String(port),
      };
      const start = async (): Promise<void> => {
        child = spawn(receiver.command, receiver.args(port), { env: environment });
        for (const stream of [child.stdout!, child.stderr!])
          stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
        for (let tries = 0; tries < 200; tries += 1) {
          const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
            () => true,
            () => false,
          );
          if (isThere) return;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        assert.fail(`it does not listen: ${said}`);
      };
      const stop = (): Promise<void> =>
        new Promise((resolve) => {
          child!.once('exit', () => resolve());
          child!.kill('SIGKILL');
        });
      /** What it acted on, in its order. */
      const acted = (): string[] => said.match(/299846332 \d{4}/g) ?? [];
      const untilActed = async (count: number): Promise<string[]> => {
        for (let tries = 0; acted().length < count && tries < 100; tries += 1)
          await new Promise((resolve) => setTimeout(resolve, 20));
        return acted();
      };
      const send = async ({ fields, id, at = new Date(), secrets = [secret], spoil = false }: Sending) => {
        const url = `http://127.0.0.1:${port}/callbacks`;
        const settings = { url, encoding: 'json', credentials: null, secrets } as const;
        const request = callbackRequest(settings, fields, { id, number: 1, at }, hmacSha256);
        const body = Buffer.from(request.body);
        if (spoil) body[20]! ^= 1;
        const answer = await egress.post({ ...request, body });
        return answer.ok ? [answer.value.status, answer.value.body] : [answer.refusal.kind, ''];
      };
      const submitted = { fields: atState('submitted'), id: 'cb_1_299846332_5' };
      const assessed = { fields: atState('assessed'), id: 'cb_1_299846332_6' };
      const validated = { fields: atState('validated'), id: 'cb_1_299846332_10' };
      try {
        await start();
        const challenge = testCallback('strings', 'Zm9v-YmFy_1', new Date());
        assert.deepEqual(await send({ fields: challenge, id: 'cb_challenge_1' }), [200, 'Zm9v-YmFy_1']);

        assert.deepEqual(await send({ ...submitted, spoil: true }), [401, '']);
        assert.deepEqual(await send({ ...submitted, secrets: [newSigningSecret()] }), [401, '']);
        assert.deepEqual(await send({ ...submitted, secrets: [] }), [401, '']);
        assert.deepEqual(await send({ ...submitted, at: new Date(Date.now() - 310_000) }), [401, '']);
        assert.deepEqual(await send({ ...submitted, at: new Date(Date.now() + 310_000) }), [401, '']);
        assert.deepEqual(readdirSync(path.join(received, 'kept')), []);

        assert.deepEqual(await send(submitted), [204, '']);
        assert.deepEqual(
          await send({ ...assessed, secrets: [newSigningSecret(), next] }),
          [204, ''],
          'while secrets change',
        );
        const atOnce = await Promise.all(Array.from({ length: 8 }, () => send(assessed)));
        assert.deepEqual(new Set(atOnce.map(([status]) => status)), new Set([204]));
        assert.deepEqual(await send({ ...submitted, id: 'cb_1_299846332_5r' }), [204, ''], 'told once more, on demand');
        assert.deepEqual(await send({ ...assessed, at: new Date(Date.now() - 200_000) }), [204, '']);
        assert.deepEqual(await untilActed(2), ['299846332 5000', '299846332 5001']);

        // Stopped between keeping one and acting on it.
        await stop();
        writeFileSync(path.join(received, 'kept', validated.id), JSON.stringify(validated.fields));
        if (receiver.catchesUp === null) await start();
        else {
          const { stderr } = spawnSync(receiver.command, receiver.catchesUp, { env: environment, encoding: 'utf8' });
          said += stderr;
        }
        assert.deepEqual(await untilActed(3), ['299846332 5000', '299846332 5001', '299846332 5100']);
        assert.deepEqual(readdirSync(received).sort(), ['kept', 'states'], 'no drafts are left');
      } finally {
        (child as ChildProcess | null)?.kill('SIGKILL');
        await egress.close();
        rmSync(received, { recursive: true });
      }
    });
  });
