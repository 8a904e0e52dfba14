import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import { languages, preferredLanguage, type Language } from '../accept-language.ts';
import { openApiOf } from './openapi.ts';
import { referencePage } from './reference-page.ts';
import { referenceOf } from './reference.ts';

/** A page with one style sheet of ours and nothing else. */
const PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The reference: `/openapi.json`, and `/docs` to read. Everything is made once, when the server starts.
 * @param publicUrl where clients reach this server, without a slash at its end: what the examples call.
 */
export const referenceRoutes =
  ({ publicUrl }: { readonly publicUrl: string }): FastifyPluginCallback =>
  (app, _options, done) => {
    const pages = Object.fromEntries(
      languages.map((language) => [language, referencePage(referenceOf(publicUrl, language))]),
    ) as Record<Language, string>;
    const openApi = `${JSON.stringify(openApiOf(referenceOf(publicUrl, 'en')), null, 2)}\n`;
    const style = readFileSync(path.join(import.meta.dirname, 'reference.css'), 'utf8');
    const fresh = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };

    app.get('/openapi.json', (_request, reply) =>
      reply.headers({ ...fresh, 'content-type': 'application/json; charset=utf-8' }).send(openApi),
    );
    app.get('/docs/reference.css', (_request, reply) =>
      reply.headers({ ...fresh, 'content-type': 'text/css; charset=utf-8' }).send(style),
    );
    app.get('/docs', (request, reply) => {
      const { lang } = request.query as { lang?: unknown };
      const language =
        languages.find((known) => known === lang) ?? preferredLanguage(request.headers['accept-language']);
      return reply
        .headers({ ...fresh, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY })
        .header('content-language', language)
        .header('vary', 'accept-language')
        .send(pages[language]);
    });
    done();
  };
