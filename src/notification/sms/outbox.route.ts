import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OutboxMessage } from './outbox.ts';
import { outboxPage, outboxStyle, type OutboxLanguage } from './outbox-page.ts';

const SHOWN_ON_PAGE = 30;
const LISTED = 1_000;

export type OutboxRouteParts = {
  /** What waits, newest first, at most `limit`. */
  readonly list: (limit: number) => Promise<readonly OutboxMessage[]>;
  /** Whether the caller sits at this computer. Links open other people's verifications, so nobody else sees them. */
  readonly isLocal: (request: FastifyRequest) => boolean;
  /** The language that an `Accept-Language` header asks for. */
  readonly languageOf: (acceptLanguage: string | undefined) => OutboxLanguage;
  /** A text as a QR code, an `<svg>` element. */
  readonly qrSvg: (text: string) => Promise<string>;
  /** Of the times on the page, as in the IANA database. */
  readonly timeZone: string;
};

/** `/outbox` for people and `/outbox.json` for programs. To anybody who is not local both are pages that do not exist. */
export function outboxRoute({ list, isLocal, languageOf, qrSvg, timeZone }: OutboxRouteParts) {
  const styleDigest = createHash('sha256').update(outboxStyle).digest('base64');
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleDigest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };

  return async (server: FastifyInstance): Promise<void> => {
    server.get('/outbox', async (request, reply) => {
      if (!isLocal(request)) return notFound(reply);
      const messages = await list(SHOWN_ON_PAGE + 1);
      const shown = await Promise.all(
        messages
          .slice(0, SHOWN_ON_PAGE)
          .map(async (message) => ({ message, qrSvg: message.link === null ? null : await qrSvg(message.link) })),
      );
      const page = outboxPage(shown, {
        language: languageOf(request.headers['accept-language']),
        isComplete: messages.length <= SHOWN_ON_PAGE,
        timeZone,
      });
      return reply.headers(headers).header('vary', 'accept-language').type('text/html; charset=utf-8').send(page);
    });

    server.get('/outbox.json', async (request, reply) => {
      if (!isLocal(request)) return notFound(reply);
      return reply.headers(headers).send(await list(LISTED));
    });
  };
}

/** As any other path that is not there answers. */
function notFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}
