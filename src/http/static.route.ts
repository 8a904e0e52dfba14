import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * [Note: What the pages may do]
 * Everything comes from us and nothing is inline: no `unsafe-*` anywhere. `data:` pictures are the account's logo, `blob:` ones the photograph
 * just taken. Pages compile no WebAssembly; the worker that carries the face mesh does, under `MESH_POLICY`, which only the files of its own
 * folder are sent with: a worker keeps the policy of its own response.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const MESH_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** Headers of the page that films, over those of every answer. Never cached: its files carry their digests, the page names them. */
export const filmingPageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': PAGE_POLICY,
  'permissions-policy': 'camera=(self), geolocation=(self), microphone=(), clipboard-write=(self)',
  'cache-control': 'no-store',
};

/** What people work in all day: it films nobody, plays recordings that it fetched itself, and may ask for a passkey. */
const APPLICATION_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const applicationHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': APPLICATION_POLICY,
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), clipboard-write=(self), fullscreen=(self), ' +
    'publickey-credentials-get=(self), publickey-credentials-create=(self)',
  'cache-control': 'no-store',
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.bin': 'application/octet-stream',
};

type BuiltFile = { readonly mediaType: string; readonly bytes: Buffer; readonly zipped: Buffer | null };

/** Built pages, held in memory: a few megabytes, read once. */
export type BuiltPages = { readonly page: BuiltFile; readonly assets: ReadonlyMap<string, BuiltFile> };

/** @param folder as `ensureWebBuilt` answers it: `index.html` and `assets/`. */
export async function readBuiltPages(folder: string): Promise<BuiltPages> {
  const entries = await readdir(path.join(folder, 'assets'), { recursive: true, withFileTypes: true });
  const assets = new Map<string, BuiltFile>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    assets.set(path.relative(path.join(folder, 'assets'), file).split(path.sep).join('/'), await readBuilt(file));
  }
  return { page: await readBuilt(path.join(folder, 'index.html')), assets };
}

/** What hardly shrinks, such as networks, is sent as it is. */
const WORTH_ZIPPING = 0.9;

async function readBuilt(file: string): Promise<BuiltFile> {
  const bytes = await readFile(file);
  const zipped = await promisify(gzip)(bytes, { level: 9 });
  return {
    mediaType: MEDIA_TYPES[path.extname(file)] ?? 'application/octet-stream',
    bytes,
    zipped: zipped.length < bytes.length * WORTH_ZIPPING ? zipped : null,
  };
}

/**
 * Serves `assets/` under a prefix. Names carry digests: kept for a year by whoever fetched them, and never asked for again.
 * @param prefix without a slash at its end: `/capture`.
 */
export function serveAssets(app: FastifyInstance, prefix: string, { assets }: BuiltPages): void {
  app.get<{ Params: { '*': string } }>(`${prefix}/assets/*`, async (request, reply) => {
    const name = request.params['*'];
    const file = assets.get(name);
    if (file === undefined) return reply.callNotFound();
    reply.headers({
      'content-type': file.mediaType,
      'cache-control': 'public, max-age=31536000, immutable',
      ...(name.startsWith('mesh/') ? { 'content-security-policy': MESH_POLICY } : {}),
    });
    return sendBuilt(request, reply, file);
  });
}

/** Answers with the page itself; the route that does so says under which address. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, { page }: BuiltPages): FastifyReply {
  return sendBuilt(request, reply.headers(filmingPageHeaders), page);
}

/**
 * Serves pages that find their own way: every address under the prefix is answered with the same page, but those of its assets and of its
 * service (`PREFIX/api/`), which say by themselves what is not there.
 * @param prefix without a slash at its end: `/panel`.
 */
export function serveApplication(app: FastifyInstance, prefix: string, pages: BuiltPages): void {
  serveAssets(app, prefix, pages);
  app.get(prefix, async (request, reply) => sendBuilt(request, reply.headers(applicationHeaders), pages.page));
  app.get<{ Params: { '*': string } }>(`${prefix}/*`, async (request, reply) =>
    /^api(?:\/|$)/i.test(request.params['*'])
      ? reply.callNotFound()
      : sendBuilt(request, reply.headers(applicationHeaders), pages.page),
  );
}

/** A page that asks nobody anything, wherever its files come from: what is opened in it cannot leave it. */
const CHECKING_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves a page that works by itself in the browser.
 * @param prefix without a slash at its end: `/verify`.
 */
export function serveLonePage(app: FastifyInstance, prefix: string, pages: BuiltPages): void {
  serveAssets(app, prefix, pages);
  app.get(prefix, async (request, reply) =>
    sendBuilt(
      request,
      reply.headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': CHECKING_POLICY,
        'cache-control': 'no-store',
      }),
      pages.page,
    ),
  );
}

function sendBuilt(request: FastifyRequest, reply: FastifyReply, { bytes, zipped }: BuiltFile): FastifyReply {
  reply.header('vary', 'accept-encoding');
  if (zipped === null || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(bytes);
  return reply.header('content-encoding', 'gzip').send(zipped);
}
