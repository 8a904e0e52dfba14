// Runs itself again in a network of its own, in which every address of the internet is this machine: whatever a request is led to, a canary
// listens there. Nothing can leave it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import test, { after, before, describe } from 'node:test';
import { Dns } from '../../../tests/counterparts/dns.ts';
import { parseNetwork } from '../../http/client-address-notation.ts';
import { seededRandom } from '../../kernel/random.ts';
import { openEgress } from './egress.client.ts';
import type { Egress } from './egress.ts';
import { strictRules, type EgressRules } from './egress-rules.ts';
import { resolveNames } from './resolve.client.ts';

const isInside = process.env['COTEJO_PRIVATE_NETWORK'] === 'inside';
const PRIVATE_NETWORK = 'ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo';

if (!isInside)
  test('in a private network with canaries everywhere', (context) => {
    const probe = spawnSync('unshare', ['-rn', 'sh', '-c', PRIVATE_NETWORK], { encoding: 'utf8' });
    if (probe.status !== 0) {
      context.diagnostic(
        `NOT RUN: no private network can be made here (${probe.error?.message ?? probe.stderr.trim()})`,
      );
      return;
    }
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const inside = spawnSync(
      'unshare',
      [
        '-rn',
        'sh',
        '-c',
        `${PRIVATE_NETWORK} && exec "$0" --test-reporter=spec "$1"`,
        process.execPath,
        import.meta.filename,
      ],
      { encoding: 'utf8', env: { ...environment, COTEJO_PRIVATE_NETWORK: 'inside' }, timeout: 300_000 },
    );
    for (const [, figure] of inside.stdout.matchAll(/^ +ℹ (.*)$/gm)) context.diagnostic(figure!);
    assert.equal(inside.status, 0, inside.stdout + inside.stderr);
  });

type Table = {
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  readonly urls: readonly string[];
  readonly addresses: readonly string[];
};
const table = JSON.parse(readFileSync(path.join(import.meta.dirname, 'refused-urls.golden.json'), 'utf8')) as Table;
const urls = [
  ...Object.values(table.hosts)
    .flat()
    .flatMap((host) => [`https://${host}/hook`, `http://${host}/hook`]),
  ...table.urls,
  `https://${'a'.repeat(3000)}.test/`,
  `https://${'a.'.repeat(150)}test/`,
  `https://${'a'.repeat(64)}.test/`,
];

/** Looks public, and belongs to nobody in here. */
const RECEIVER = '93.184.216.34';
const RECEIVER_IPV6 = '2606:2800:220:1:248:1893:25c8:1946';
const CANARY_PORTS = [80, 443, 8080, 8443, 22, 25, 3000, 5432, 6379];

const lax: EgressRules = {
  allowsHttp: true,
  ports: [80, 443, 8080, 8443],
  internalNetworks: [],
  own: { hostNames: ['cotejo.test'], networks: [parseNetwork('93.184.216.99')!], ports: [3000, 5432] },
};
const strict: EgressRules = { ...strictRules, own: lax.own };

if (isInside)
  describe('in here', () => {
    const canaries: string[] = [];
    const delivered: string[] = [];
    const listeners = CANARY_PORTS.map((port) => ({ port, server: createTcp((socket) => arrive(socket, port)) }));
    const random = seededRandom(20_261_125);
    const dns = new Dns((name, turn) => {
      const [kind, number] = name.split('.')[0]!.split('-');
      const address = table.addresses[Number(number)];
      if (name === 'ok.test') return { addresses: [RECEIVER] };
      if (name === 'ok6.test') return { addresses: [RECEIVER_IPV6] };
      if (name === 'sneaky.test') return { addresses: ['93.184.216.99'] };
      if (name === 'alias.test') return { alias: 'localhost', addresses: ['127.0.0.1', '::1'] };
      if (name === 'rebind.test') return { addresses: [turn % 2 === 0 ? RECEIVER : '127.0.0.1'] };
      if (name === 'chance.test')
        return { addresses: [RECEIVER, RECEIVER_IPV6, '10.0.0.1', 'fd00::1'].filter(() => random() < 0.4) };
      if (kind === 'only' && address !== undefined) return { addresses: [address] };
      if (kind === 'mixed' && address !== undefined) return { addresses: [RECEIVER, RECEIVER_IPV6, address] };
      return null;
    });
    let folder: string;
    let egresses: readonly Egress[];
    let takeOver: (socket: Socket, port: number) => void;

    before(async () => {
      assert.deepEqual(Object.keys(os.networkInterfaces()), ['lo'], 'this is not a private network');
      folder = mkdtempSync(path.join(os.tmpdir(), 'cotejo-canaries-'));
      const [keyFile, certificateFile] = ['key.pem', 'certificate.pem'].map((name) => path.join(folder, name));
      const names = ['ok.test', 'ok6.test', 'rebind.test', 'chance.test'].map((name) => `DNS:${name}`);
      execFileSync(
        'openssl',
        `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ok.test -addext subjectAltName=${names},IP:${RECEIVER} -keyout ${keyFile} -out ${certificateFile}`.split(
          ' ',
        ),
        { stdio: 'ignore' },
      );
      const certificate = readFileSync(certificateFile!, 'utf8');
      const http = createHttp(serve);
      const https = createHttps({ key: readFileSync(keyFile!), cert: certificate }, serve);
      takeOver = (socket, port) => void (port % 1000 === 443 ? https : http).emit('connection', socket);
      for (const { port, server } of listeners)
        await new Promise<void>((resolve) => server.listen(port, '::', resolve));
      const resolve = resolveNames({ servers: [await dns.listen()] });
      const limit = { atOnce: 20, perSecond: 100_000 };
      egresses = [lax, strict].map((rules) =>
        openEgress({ rules, resolve, limit, authorities: [certificate], timeoutMs: 3_000 }),
      );
    });
    after(async () => {
      await Promise.all(egresses.map((egress) => egress.close()));
      for (const { server } of listeners) server.close();
      await dns.close();
      rmSync(folder, { recursive: true });
    });

    function arrive(socket: Socket, port: number): void {
      socket.on('error', () => socket.destroy());
      const to = socket.localAddress!.replace(/^::ffff:/, '');
      if ((to === RECEIVER || to === RECEIVER_IPV6) && (lax.ports as readonly number[]).includes(port))
        return takeOver(socket, port);
      canaries.push(`${to} ${port}`);
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    }

    function serve(request: IncomingMessage, response: ServerResponse): void {
      delivered.push(request.url!);
      const redirect = /^\/(\d{3})\?to=(.*)$/.exec(request.url!);
      const location = redirect === null ? {} : { location: decodeURIComponent(redirect[2]!) };
      // A connection for each: every delivery asks for the addresses anew.
      request
        .resume()
        .once('end', () =>
          response.writeHead(Number(redirect?.[1] ?? 204), { ...location, connection: 'close' }).end(),
        );
    }

    const post = (egress: Egress, url: string): ReturnType<Egress['post']> =>
      egress.post({ url, headers: { 'content-type': 'text/plain' }, body: Buffer.from('hello') });

    async function assertRefused(url: string): Promise<number> {
      for (const egress of egresses)
        for (const outcome of [await egress.checkEndpoint(url), await post(egress, url)]) {
          assert.ok(!outcome.ok, `${url} was not refused`);
          assert.match(outcome.refusal.kind, /^(url|scheme|port|host|address|name-unresolved)/, url);
        }
      return egresses.length * 2;
    }

    test('canaries sing: a client without guard reaches them', async () => {
      const reached = new Set<string>();
      for (const host of [
        '127.0.0.1',
        '0x7f.1',
        '2130706433',
        '0.0.0.0',
        '10.0.0.1',
        '169.254.169.254',
        '192.168.0.1',
        '240.0.0.1',
        '[::1]',
        '[fd00::1]',
        '[::ffff:10.0.0.1]',
        '[64:ff9b::7f00:1]',
        'localhost',
      ]) {
        canaries.length = 0;
        await fetch(`http://${host}/`, { signal: AbortSignal.timeout(1_000) }).catch(() => {});
        if (canaries.length > 0) reached.add(host);
      }
      canaries.length = 0;
      assert.equal(reached.size, 13, `only ${[...reached].join(' ')} were reached`);
    });

    test('every URL of the table is refused when it is saved and when it is called', async (context) => {
      assert.ok(urls.length >= 60);
      let refusals = 0;
      for (const url of urls) refusals += await assertRefused(url);
      assert.deepEqual(canaries, []);
      context.diagnostic(`${urls.length} URLs, ${refusals} refusals, canaries reached: 0`);
    });

    test('names that lead to addresses which are not public, alone or among public ones', async (context) => {
      let refusals = await assertRefused('http://alias.test/');
      for (const number of table.addresses.keys())
        for (const name of [`only-${number}.test`, `mixed-${number}.test`])
          for (const scheme of ['http', 'https']) refusals += await assertRefused(`${scheme}://${name}/`);
      assert.deepEqual(canaries, []);
      assert.deepEqual(delivered, []);
      context.diagnostic(`${table.addresses.length} addresses behind names, ${refusals} refusals, canaries reached: 0`);
    });

    test('redirects to each of them are answers and lead nowhere', async (context) => {
      const [egress] = egresses;
      let count = 0;
      for (const address of table.addresses)
        for (const status of [301, 302, 307, 308]) {
          const to = encodeURIComponent(`http://${address.includes(':') ? `[${address}]` : address}/`);
          const outcome = await post(egress!, `http://ok.test/${status}?to=${to}`);
          assert.deepEqual(outcome.ok && outcome.value.status, status);
          count += 1;
        }
      assert.deepEqual(canaries, []);
      context.diagnostic(`${count} redirects, canaries reached: 0`);
    });

    test('receivers that may be called are called', async (context) => {
      const fine = [
        'https://ok.test/hook',
        'https://ok6.test/hook',
        'https://ok.test:8443/',
        'https://OK.test/%0d%0a',
        `https://${RECEIVER}/`,
      ];
      const fineWithHttp = [
        'http://ok.test/',
        'http://ok.test:8080/?a=b',
        `http://${RECEIVER}/`,
        `http://[${RECEIVER_IPV6}]/`,
      ];
      delivered.length = 0;
      const calls = [
        ...egresses.flatMap((egress) => fine.map((url) => ({ egress, url }))),
        ...fineWithHttp.map((url) => ({ egress: egresses[0]!, url })),
      ];
      for (const { egress, url } of calls) {
        assert.ok((await egress.checkEndpoint(url)).ok, url);
        const outcome = await post(egress, url);
        assert.deepEqual(outcome.ok ? outcome.value.status : outcome.refusal, 204, url);
      }
      assert.equal(delivered.length, calls.length);
      assert.deepEqual(canaries, []);
      context.diagnostic(`${calls.length} of ${calls.length} permitted requests delivered`);
    });

    test('a certificate for another name is no secure connection', async () => {
      const outcome = await post(egresses[0]!, `https://[${RECEIVER_IPV6}]/`);
      assert.deepEqual(outcome, { ok: false, refusal: { kind: 'not-secure', code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    });

    for (const name of ['rebind.test', 'chance.test'])
      test(`${name}: 500 deliveries to a name whose addresses change with every question`, async (context) => {
        delivered.length = 0;
        const before = dns.questions.length;
        const outcomes: string[] = [];
        for (let count = 0; count < 500; count++) {
          const outcome = await post(egresses[count % 2]!, count % 2 === 0 ? `http://${name}/` : `https://${name}/`);
          outcomes.push(outcome.ok ? String(outcome.value.status) : outcome.refusal.kind);
        }
        const of = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
        assert.deepEqual(canaries, []);
        assert.equal(of('204'), delivered.length);
        assert.ok(of('204') > 20 && of('address-not-public') > 100, outcomes.join(' '));
        assert.equal(of('204') + of('address-not-public') + of('name-unresolved'), 500);
        // One question for each family and delivery: what was judged is what was called. A server may be asked again for a record that it lacks.
        assert.equal(dns.questions.length - before, 1000);
        context.diagnostic(
          `500 deliveries to ${name}: ${of('204')} delivered, ${of('address-not-public')} refused, canaries reached: 0`,
        );
      });
  });
