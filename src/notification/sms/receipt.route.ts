import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../kernel/instant.ts';
import type { DeliveryReceipt } from './gateway.ts';
import { parseReceipt } from './gateways/http-reply.ts';
import type { ReceiptSettings } from './gateways/http-settings.ts';

export type ReceiptRouteParts = {
  readonly settings: ReceiptSettings;
  /** Whether the last part of the path is the one that the provider was told; compared in a time that does not tell how far. */
  readonly isSecret: (text: string) => boolean;
  readonly keep: (receipt: DeliveryReceipt) => Promise<void>;
  readonly clock: Clock;
};

export const RECEIPTS_PATH = '/sms/receipts';

/**
 * Where a provider with an HTTP interface reports what became of messages. Providers authenticate in as many ways as there are providers,
 * so the address itself is the secret. 503 asks to be told again: the receipt is for a message that is not written down yet.
 */
export const receiptRoute =
  ({ settings, isSecret, keep, clock }: ReceiptRouteParts) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
    server.post<{ Params: { secret: string } }>(`${RECEIPTS_PATH}/:secret`, async (request, reply) => {
      if (!isSecret(request.params.secret)) return reply.callNotFound();
      const receipts = parseReceipt(settings, typeof request.body === 'string' ? request.body : '', clock());
      if (!receipts.ok) return reply.code(400).send({ status: 400, title: 'No receipt can be read' });
      try {
        for (const receipt of receipts.value) await keep(receipt);
      } catch {
        return reply.code(503).header('retry-after', '5').send({ status: 503, title: 'Not now' });
      }
      return reply.send({ status: 200 });
    });
  };
