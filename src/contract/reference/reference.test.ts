import assert from 'node:assert/strict';
import test from 'node:test';
import Fastify from 'fastify';
import { blockingRule } from '../../access/throttle.ts';
import { languages } from '../accept-language.ts';
import { wireFunctions } from '../functions/index.ts';
import { openApiOf } from './openapi.ts';
import { referencePage } from './reference-page.ts';
import { referenceRoutes } from './reference.route.ts';
import { referenceOf } from './reference.ts';
import { referenceTextsOf } from './texts.ts';

const publicUrl = 'https://verificacion.example';

type Operation = {
  readonly parameters: readonly { readonly name: string; readonly description: string }[];
  readonly 'x-cotejo-extension'?: boolean;
};
type OpenApi = { readonly paths: Readonly<Record<string, { readonly post: Operation }>> };

test('the OpenAPI document tells of every function and parameter, and every reference in it leads somewhere', () => {
  const document = openApiOf(referenceOf(publicUrl, 'en')) as OpenApi;
  assert.deepEqual(
    Object.keys(document.paths),
    wireFunctions.map(({ name }) => `/${name}`),
  );
  for (const { name, parameters, isExtension } of wireFunctions) {
    const { post } = document.paths[`/${name}`]!;
    assert.equal(post['x-cotejo-extension'] ?? false, isExtension);
    const told = post.parameters.map((parameter) => parameter.name);
    assert.deepEqual(
      told.filter((parameter) => parameter !== 'Idempotency-Key'),
      Object.keys(parameters.shape),
    );
    for (const { description } of post.parameters) assert.match(description, /\.$/);
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!);
  assert.ok(references.length > 20);
  for (const reference of references) {
    const found = reference
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    assert.notEqual(found, undefined, reference);
  }
});

test('every description has its Spanish words, and no words are left over', () => {
  const { functions } = referenceOf(publicUrl, 'en');
  const names = new Set(
    functions.flatMap(({ parameters, fields }) => [...parameters, ...(fields ?? [])].map(({ name }) => name)),
  );
  assert.deepEqual(Object.keys(referenceTextsOf.es.descriptions).sort(), [...names].sort());
});

test('what the reference and the README say of limits is what the limits are', () => {
  assert.equal(blockingRule.failures, 10);
  assert.equal(blockingRule.failuresWithinSeconds, 300);
  assert.equal(blockingRule.blockedForSeconds, 300);
  assert.equal(blockingRule.polls, 30);
  assert.equal(blockingRule.pollsWithinSeconds, 60);
  assert.equal(blockingRule.pollsBlockedForSeconds, 60);
});

test('the page asks nobody else for anything, runs nothing, and shows the server’s own address', () => {
  for (const language of languages) {
    const page = referencePage(referenceOf(publicUrl, language));
    assert.doesNotMatch(page, /<script|<img|<iframe|<form|style=|\son\w+=|undefined|\[object/i);
    const links = [...page.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((match) => match[1]!);
    assert.ok(links.length > 10);
    for (const link of links) assert.match(link, /^(#[\w-]+|\/docs(\?lang=(es|en)|\/reference\.css)|\/openapi\.json)$/);
    const ids = new Set([...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!));
    for (const link of links.filter((one) => one.startsWith('#'))) assert.ok(ids.has(link.slice(1)), link);
    assert.match(page, new RegExp(`<html lang="${language}">`));
    assert.ok(page.includes(`${publicUrl}/VerificarIdentidad`));
  }
});

test('the reference is served with a policy that lets nothing in', async () => {
  const app = Fastify();
  await app.register(referenceRoutes({ publicUrl }));
  const page = await app.inject({ url: '/docs', headers: { 'accept-language': 'en' } });
  assert.equal(page.statusCode, 200);
  assert.equal(page.headers['content-language'], 'en');
  assert.doesNotMatch(String(page.headers['content-security-policy']), /unsafe|\*|http/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'; style-src 'self'/);
  assert.equal(
    (await app.inject({ url: '/docs?lang=es', headers: { 'accept-language': 'en' } })).headers['content-language'],
    'es',
  );
  assert.equal((await app.inject('/docs/reference.css')).headers['content-type'], 'text/css; charset=utf-8');
  const document = await app.inject('/openapi.json');
  assert.equal(document.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal((JSON.parse(document.body) as { openapi: string }).openapi, '3.1.0');
  await app.close();
});
