// An integrator's afternoon: an account in test mode, a receiver on the same machine, statuses on demand, and everything told once more.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { RunningService } from '../faults/running-service.ts';
import { Caller } from './caller.ts';

const cotejo = path.join(import.meta.dirname, '../../bin/cotejo');

let service: RunningService;
let listener: ChildProcess;
let shown: AsyncIterator<string>;
let url: string;
let secret: string;

before(async () => {
  service = await RunningService.create({ COTEJO_CALLBACK_LOCAL: 'true', COTEJO_SMS_GATEWAY: 'outbox' });
  await service.start([], 180_000);
  secret = service.command('endpoint', 'secret').trim().split(/\s+/).at(-1)!;
  listener = spawn(cotejo, ['listen', '--port', '0', '--secret', secret, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  shown = createInterface({ input: listener.stdout! })[Symbol.asyncIterator]();
  ({ url } = JSON.parse((await shown.next()).value as string) as { url: string });
});
after(async () => {
  listener?.kill('SIGKILL');
  await service?.remove();
});

type Call = {
  readonly isChallenge: boolean;
  readonly isTest: boolean;
  readonly id: string | null;
  readonly status: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly signature: { readonly kind: string };
  readonly standing: { readonly kind: string; readonly wasTaken?: boolean };
};
const nextCall = async (): Promise<Call> => JSON.parse((await shown.next()).value as string) as Call;

test('from a test account to callbacks that were told twice', async () => {
  const created = JSON.parse(service.command('account', 'create', 'Ejemplo', '--test', '--json')) as {
    readonly account: string;
    readonly apiUser: string;
    readonly apiToken: string;
  };
  const { account } = created;
  service.command('endpoint', 'set', account, url, '--secret', secret);
  const challenge = await nextCall();
  assert.deepEqual([challenge.isChallenge, challenge.signature.kind], [true, 'valid']);

  const caller = new Caller({ url: service.url, ...created });
  const { fields } = await caller.call('VerificarIdentidad', { Telefono: '34600003001' });
  assert.deepEqual([fields['Res'], fields['Cred']], [1, 0]);
  const id = String(fields['ID']);
  const heard: string[] = [];
  const hear = async (status: string, standing: string): Promise<void> => {
    const call = await nextCall();
    heard.push(call.status!);
    assert.deepEqual(
      [call.id, call.status, call.signature.kind, call.standing.kind, call.isTest, call.fields['Prueba']],
      [id, status, 'valid', standing, true, 'Si'],
    );
  };
  await hear('3000', 'first');
  await hear('3001', 'in-order');

  assert.match(service.command('trigger', account, id, '3003'), new RegExp(`^${id} goes on to 3003$`, 'm'));
  await hear('3002', 'in-order');
  await hear('3003', 'in-order');

  assert.match(service.command('replay', account, id), /^4 changes are told once more$/m);
  for (const status of ['3000', '3001', '3002', '3003']) await hear(status, 'repeated');
  assert.match(service.command('replay', account, '--since', '1h'), /^4 changes are told once more$/m);
  for (const status of ['3000', '3001', '3002', '3003']) await hear(status, 'repeated');
  assert.equal(heard.length, 12);
});

test('what cannot be is said in one line', () => {
  const live = service.createAccount(5);
  const refused = (...args: readonly string[]): string => {
    try {
      service.command(...args);
    } catch (error) {
      const { status, stderr } = error as { readonly status: number; readonly stderr: string };
      assert.equal(status, 2);
      return stderr.trimEnd();
    }
    return assert.fail('it was not refused');
  };
  assert.match(
    refused('trigger', live.account, '299846332', '5001'),
    /^cotejo: trigger: the account has no verification 299846332$/,
  );
  assert.match(refused('trigger', live.account, '299846332', '4000'), /STATUS must be one of 3000, 3001/);
  assert.match(refused('trigger', live.account, '299846332', '5001', '--reason', 'other'), /--reason is for 5500$/);
  assert.match(refused('replay', live.account, '299846332'), /^cotejo: replay: there is no such delivery$/);
  assert.match(refused('replay', live.account, '--since', '1h'), /^cotejo: replay: the account has no endpoint$/);
  assert.match(refused('replay', live.account, '--since', 'yesterday'), /--since must be like/);
  assert.match(refused('listen', '--hang', '--late', '3'), /only one of --refuse, --hang, --late and --status$/);
  assert.match(refused('listen', '--secret', 'whsec_x'), /--secret must be whsec_/);
});

test('a person who was asked for in live mode is taken nowhere', async () => {
  const live = service.createAccount(5);
  const { fields } = await new Caller({ url: service.url, ...live }).call('VerificarIdentidad', {
    Telefono: '34600005100',
  });
  assert.equal(fields['Cred'], 4);
  service.command('account', 'set', live.account, 'mode=test');
  assert.throws(
    () => service.command('trigger', live.account, String(fields['ID']), '5100'),
    /is no test: its account asked for it in live mode/,
  );
});
