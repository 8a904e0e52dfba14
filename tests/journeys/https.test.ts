// HTTPS: with certificates that the service makes itself, behind a proxy, and what becomes of calls in the clear.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import http from 'node:http';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { RunningService } from '../faults/running-service.ts';
import { Caller, fieldsOf } from './caller.ts';

const run = promisify(execFile);

/** An address of this machine that is not the loopback's, as others in the network see it; null: it has none. */
const ownAddress = (): string | null =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null;

type Answer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly text: string };

/** One request of whatever kind, its answer whole and no redirect followed. */
function say(outgoing: http.ClientRequest, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

test('with --tls local the printed call works for whoever trusts the authority, and for nobody else', async (t) => {
  const service = await RunningService.create();
  const url = `https://localhost:${service.port}`;
  try {
    // It says itself that it is ready: over plain HTTP nobody else is told.
    service.isReady = () => Promise.resolve(service.output.includes('"msg":"ready"'));
    await service.start(['--tls', 'local']);
    for (let tries = 0; !service.output.includes('curl ') && tries < 100; tries += 1) await delay(50);
    const printed = service.output.split('\n').find((line) => line.trimStart().startsWith('curl '))!;
    assert.ok(printed.includes(`--cacert ${path.join(service.folder, 'tls', 'ca.crt')}`), printed);
    const { stdout } = await run('sh', ['-c', printed]);
    assert.match(stdout, /^\[\{"Res":1,"ID":"\d+","Cred":99\}\]$/);
    await assert.rejects(run('sh', ['-c', printed.replace(/--cacert \S+/, '')]), { code: 60 });

    const authority = await readFile(path.join(service.folder, 'tls', 'ca.crt'));
    const agent = new Agent({ ca: authority });
    const fetched = await say(request(`${url}/cotejo-ca.cer`, { agent }));
    assert.equal(fetched.headers['content-type'], 'application/x-x509-ca-cert');
    const phone = ownAddress();
    if (phone === null) t.diagnostic('this machine has no address besides the loopback’s: a phone could not come');
    else {
      const seen = await say(request(`https://${phone}:${service.port}/livez`, { agent }));
      assert.equal(seen.status, 200, 'the certificate is good for the address that a phone uses');
      const outbox = await say(request(`https://${phone}:${service.port}/outbox.json`, { agent }));
      assert.equal(outbox.status, 404, 'the outbox is for this machine alone');
    }
    assert.equal((await say(request(`${url}/outbox.json`, { agent }))).status, 200);
    agent.destroy();

    const account = await service.createAccount(5);
    const clear = await say(
      http.request(`http://localhost:${service.port}/VerificarIdentidad`, {
        method: 'POST',
        auth: `${account.apiUser}:${account.apiToken}`,
      }),
      'Telefono=34660000001',
    );
    assert.equal(clear.status, 400);
    assert.equal(clear.headers.location, undefined, 'never redirected');
    assert.match(clear.text, /^This port speaks HTTPS\. Use https:\/\//);
    assert.equal(await service.stop(), 0);
  } finally {
    await service.remove();
  }
});

test('over plain HTTP nobody but this machine is heard, and nobody is redirected', async (t) => {
  const address = ownAddress();
  if (address === null) return t.diagnostic('NOT RUN: this machine has no address besides the loopback’s');
  const service = await RunningService.create({ COTEJO_HOST: '0.0.0.0' });
  try {
    await service.start();
    const account = await service.createAccount(5);
    const here = new Caller({ url: service.url, ...account });
    const elsewhere = here.as({ url: `http://${address}:${service.port}` });
    for (const [Resp, form] of [
      ['JSON', /^\[\{"Res":-3,"Error":"[^"]*HTTPS[^"]*"\}\]$/],
      ['XML', /^<\?xml [^>]*\?>\n<result>\s*<Res>-3<\/Res>\s*<Error>[^<]*HTTPS[^<]*<\/Error>\s*<\/result>$/],
      ['TXT', /^Res:-3;\nError:[^\n]*HTTPS[^\n]*;\n$/],
      ['ANT', /^Res:-3$/],
    ] as const) {
      const { status, headers, text } = await elsewhere.call('VerificarIdentidad', { Telefono: '34660000002', Resp });
      assert.equal(status, 403);
      assert.equal(headers['location'], undefined);
      assert.match(text, form);
    }
    for (const functionName of ['GetCreditos', 'GetCertificadoIdentidad', 'GetReportIdentidad', 'v3/GetCreditos'])
      assert.equal((await elsewhere.call(functionName, { Id: '1' })).status, 403, functionName);
    for (const kept of ['metrics', 'outbox', 'outbox.json'])
      assert.equal((await fetch(`http://${address}:${service.port}/${kept}`)).status, 404, kept);
    const { fields } = await here.call('GetCreditos');
    assert.deepEqual([fields['Res'], fields['Cred']], [1, 5], 'nothing was sent, and this machine is heard');
    // Somebody on this machine who relays: what came to it is not from here.
    const relayed = here.as({ headers: { 'x-forwarded-for': '203.0.113.1', 'x-forwarded-proto': 'https' } });
    assert.equal((await relayed.call('GetCreditos')).status, 403, 'a proxy that nobody trusts');
  } finally {
    await service.remove();
  }
});

test('behind a trusted proxy its word about HTTPS counts', async () => {
  const service = await RunningService.create({
    COTEJO_TRUSTED_PROXIES: '127.0.0.1',
    COTEJO_PUBLIC_URL: 'https://id.example.com',
  });
  try {
    await service.start();
    const account = await service.createAccount(5);
    const through = (proto: string | null): Caller =>
      new Caller({
        url: service.url,
        ...account,
        headers: { 'x-forwarded-for': '203.0.113.1', ...(proto === null ? {} : { 'x-forwarded-proto': proto }) },
      });
    const encrypted = await through('https').call('VerificarIdentidad', { Telefono: '34660000003' });
    assert.deepEqual([encrypted.status, encrypted.fields['Res']], [200, 1]);
    assert.match(String(encrypted.headers['strict-transport-security']), /max-age=\d+/);
    for (const proto of ['http', 'http, https', 'https, http', '', null]) {
      const { status, headers, text } = await through(proto).call('GetCreditos');
      assert.deepEqual([status, fieldsOf(text)['Res'], headers['location']], [403, -3, undefined], String(proto));
    }
    const fromElsewhere = new Caller({
      url: service.url,
      ...account,
      localAddress: '127.0.0.9',
      headers: { 'x-forwarded-for': '203.0.113.1', 'x-forwarded-proto': 'https' },
    });
    assert.equal((await fromElsewhere.call('GetCreditos')).status, 403, 'the word of another machine does not');
    const { link } = await firstMessage(service);
    assert.match(link, /^https:\/\/id\.example\.com\/i\//);
  } finally {
    await service.remove();
  }
});

async function firstMessage(service: RunningService): Promise<{ readonly link: string }> {
  for (let tries = 0; tries < 100; tries += 1, await delay(50)) {
    const messages = (await (await fetch(`${service.url}/outbox.json`)).json()) as { link: string }[];
    if (messages[0] !== undefined) return messages[0];
  }
  throw new Error('no message waits');
}
