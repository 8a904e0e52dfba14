import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultSettings, type Account } from '../../src/access/account.ts';
import { verificarIdentidad } from '../../src/contract/functions/verificar-identidad.ts';
import { readRequest } from '../../src/contract/request.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { ok } from '../../src/kernel/result.ts';
import { serviceInMemory } from './service-in-memory.ts';

const CALLS = 20_000;

test('a call costs the wire a fraction of what its transaction costs the database', async (context) => {
  const now = new Date('2026-12-01T09:00:00Z');
  const account: Account = {
    id: 1_000_000_001 as AccountId,
    name: 'Ejemplo',
    state: 'validated',
    settings: defaultSettings,
  };
  const { service, fund } = serviceInMemory({ now: () => now, firstId: 100_000_000 });
  fund(account, 100 * 2 * CALLS);
  const ports = {
    service,
    usualLink: `https://verificacion.example/i/${'x'.repeat(32)}`,
    digest: () => new Uint8Array(),
  };
  const body = Buffer.from(
    JSON.stringify({
      Mensaje: 'Entre en [LINK]',
      Dni: '00000000T',
      Fecha: '2027-05-01 15:10',
      Remitente: 'MiEmpresa',
      Telefono: '34600000001',
      Resp: 'JSON',
    }),
  );
  const call = async (): Promise<string> => {
    const { encoding, parameters } = readRequest({
      query: '',
      contentType: 'application/json',
      contentEncoding: undefined,
      body: ok(body),
    });
    assert.ok(parameters.ok);
    const answer = await verificarIdentidad.run(
      { account, parameters: parameters.value, idempotencyKey: undefined, now },
      ports,
    );
    assert.ok(answer.ok && answer.value.kind === 'fields');
    return encoding.encode({ fields: answer.value.fields, antFields: verificarIdentidad.antFields, envelope: 'array' });
  };
  for (let warm = 0; warm < CALLS; warm++) await call();
  const began = process.cpuUsage();
  for (let measured = 0; measured < CALLS; measured++) await call();
  const { user, system } = process.cpuUsage(began);
  const microseconds = (user + system) / CALLS;
  context.diagnostic(
    `${microseconds.toFixed(1)} µs of CPU a call: read, parsed, accepted in memory, encoded (${CALLS} calls)`,
  );
  assert.ok(microseconds < 300);
});
