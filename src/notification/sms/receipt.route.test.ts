import assert from 'node:assert/strict';
import test from 'node:test';
import fastify from 'fastify';
import type { DeliveryReceipt } from './gateway.ts';
import { httpSettings } from './gateways/http-settings.ts';
import { receiptRoute } from './receipt.route.ts';

const { receipts: settings } = httpSettings.parse({
  url: 'https://sms.example/send',
  body: { kind: 'none' },
  receipts: {
    format: 'json',
    list: 'results',
    messageId: 'id',
    status: 'state',
    statuses: { delivered: ['DELIVERED'], undeliverable: ['FAILED'] },
  },
});
const NOW = new Date('2026-06-01T10:00:00Z');

async function served(keep: (receipt: DeliveryReceipt) => Promise<void>) {
  const app = fastify();
  await app.register(
    receiptRoute({ settings: settings!, isSecret: (text) => text === 'told', keep, clock: () => NOW }),
  );
  return (secret: string, payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: `/sms/receipts/${secret}`, headers: { 'content-type': type }, payload });
}

const body = JSON.stringify({
  results: [
    { id: 'm1', state: 'DELIVERED' },
    { id: 'm2', state: 'FAILED' },
  ],
});

test('receipts of a provider are kept one by one, whatever type it calls them', async () => {
  const kept: DeliveryReceipt[] = [];
  const call = await served(async (receipt) => void kept.push(receipt));
  assert.equal((await call('told', body)).statusCode, 200);
  assert.equal((await call('told', body, 'text/plain')).statusCode, 200);
  assert.deepEqual(kept.slice(0, 2), [
    { gatewayMessageId: 'm1', status: 'delivered', at: NOW },
    { gatewayMessageId: 'm2', status: 'undeliverable', at: NOW },
  ]);
  assert.equal(kept.length, 4);
});

test('without the secret there is nothing here; what cannot be read is refused; what cannot be kept is asked for again', async () => {
  const call = await served(() => Promise.reject(new Error('not now')));
  assert.equal((await call('guessed', body)).statusCode, 404);
  assert.equal((await call('told', '{"results":[]}')).statusCode, 400);
  assert.equal((await call('told', '<xml/>', 'application/xml')).statusCode, 400);
  const again = await call('told', body);
  assert.equal(again.statusCode, 503);
  assert.equal(again.headers['retry-after'], '5');
});
