import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { parseNetwork } from './client-address-notation.ts';
import { certificate, formatNetwork, isInScope, scopeOf, serverCertificate } from './local-authority-certificate.ts';
import type { Machine } from './local-authority-names.client.ts';
import { openLocalAuthority, type LocalAuthority } from './local-authority.client.ts';

const dayMs = 86_400_000;

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-authority-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'tls');
}

/** An installation whose clock and network the test sets. */
class Installation {
  now = new Date();
  machine: Machine = { hostName: 'mesa', addresses: ['127.0.0.1', '::1', '192.168.1.20'] };
  readonly heard: string[] = [];
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }

  open(names: readonly string[] = []): ReturnType<typeof openLocalAuthority> {
    return openLocalAuthority({
      folder: this.folder,
      names,
      now: () => this.now,
      log: (sentence) => this.heard.push(sentence),
      machine: () => this.machine,
    });
  }

  async start(t: TestContext, names: readonly string[] = []): Promise<LocalAuthority> {
    const opened = await this.open(names);
    assert.ok(opened.ok, JSON.stringify(opened));
    t.after(() => opened.value.stop());
    return opened.value;
  }

  read = async (file: string): Promise<X509Certificate> =>
    new X509Certificate(await readFile(path.join(this.folder, file)));
}

function openssl(...args: string[]): { status: number | null; output: string } | null {
  const { status, stdout, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
  return error === undefined ? { status, output: stdout + stderr } : null;
}

test('a first start makes an authority and a certificate for the names of the machine, its keys closed to others', async (t) => {
  const here = new Installation(await freshFolder(t));
  const authority = await here.start(t, ['Verificación.example', '203.0.113.9']);
  const names = [
    'localhost',
    'xn--verificacin-zeb.example',
    '203.0.113.9',
    'mesa',
    'mesa.local',
    '127.0.0.1',
    '::1',
    '192.168.1.20',
  ];
  assert.deepEqual(authority.names(), names);
  assert.deepEqual(here.heard, [`made a certificate for ${names.join(', ')}`]);
  assert.deepEqual((await readdir(here.folder)).sort(), ['ca.cer', 'ca.crt', 'ca.key', 'server.crt', 'server.key']);
  for (const key of ['ca.key', 'server.key'])
    assert.equal((await stat(path.join(here.folder, key))).mode & 0o777, 0o600, key);

  const [ca, server] = [await here.read('ca.crt'), await here.read('server.crt')];
  assert.equal(authority.fingerprint, ca.fingerprint256);
  assert.deepEqual(await readFile(authority.authorityDerFile), ca.raw);
  assert.equal(ca.ca, true);
  assert.equal(ca.subject, 'CN=Cotejo local authority (mesa)');
  assert.ok(ca.verify(ca.publicKey) && server.verify(ca.publicKey) && server.checkIssued(ca));
  assert.equal(server.ca, false);
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  const years = (ca.validToDate.getTime() - here.now.getTime()) / dayMs / 365.25;
  assert.ok(years > 9.9 && years < 10.1, `${years} years`);
  assert.ok(server.validToDate.getTime() - server.validFromDate.getTime() <= 398 * dayMs);
  assert.ok(server.validFromDate < here.now);
});

test('a second start uses what is there', async (t) => {
  const here = new Installation(await freshFolder(t));
  const first = await here.start(t);
  const before = await here.read('server.crt');
  const second = await here.start(t);
  assert.equal(second.fingerprint, first.fingerprint);
  assert.equal((await here.read('server.crt')).fingerprint256, before.fingerprint256);
  assert.equal(await second.renew(), false);
});

test('a new address, a month before its end, a lost key: each renews the certificate under the same authority', async (t) => {
  const here = new Installation(await freshFolder(t));
  const authority = await here.start(t);
  const ca = await here.read('ca.crt');
  const step = async (why: string): Promise<void> => {
    const before = (await here.read('server.crt')).fingerprint256;
    assert.equal(await authority.renew(), true, why);
    const after = await here.read('server.crt');
    assert.notEqual(after.fingerprint256, before, why);
    assert.ok(after.verify(ca.publicKey), why);
    assert.ok(after.checkPrivateKey(createPrivateKey(await readFile(authority.keyFile))), why);
    assert.equal(await authority.renew(), false, why);
  };

  here.machine = { hostName: 'mesa', addresses: ['127.0.0.1', '10.0.0.5'] };
  await step('another address');
  assert.equal((await here.read('server.crt')).checkIP('10.0.0.5'), '10.0.0.5');

  here.now = new Date(here.now.getTime() + 360 * dayMs);
  assert.equal(await authority.renew(), false);
  here.now = new Date(here.now.getTime() + 10 * dayMs);
  await step('27 days before its end');

  await rm(authority.keyFile);
  await step('a lost key');
  await writeFile(authority.certificateFile, 'half');
  assert.equal(await authority.renew(), true);
});

test('an address outside that comes later is left out, for phones do not trust the authority for it', async (t) => {
  const here = new Installation(await freshFolder(t));
  const authority = await here.start(t);
  here.machine = { hostName: 'mesa', addresses: ['127.0.0.1', '198.51.100.7', 'fd00::5'] };
  await authority.renew();
  assert.deepEqual(authority.names(), ['localhost', 'mesa', 'mesa.local', '127.0.0.1', 'fd00::5']);
});

test('a name that is asked for later and is not covered is refused, and what is no name as well', async (t) => {
  const here = new Installation(await freshFolder(t));
  await here.start(t, ['ids.example.com']);
  await here.start(t, ['capture.ids.example.com']); // below a name of the first start
  await here.start(t, ['ids.home.arpa', '10.9.9.9']);
  assert.deepEqual(await here.open(['example.com']), {
    ok: false,
    refusal: { kind: 'name-not-covered', name: 'example.com' },
  });
  for (const name of ['', 'a b', 'x..y', '-a', 'a/b', '*.example.com', '192.168.1.300.'])
    assert.deepEqual(await here.open([name]), { ok: false, refusal: { kind: 'not-a-name', name } });
});

test('files that are not of one piece are told and left as they are', async (t) => {
  const here = new Installation(await freshFolder(t));
  await here.start(t);
  const key = await readFile(path.join(here.folder, 'ca.key'));
  await writeFile(path.join(here.folder, 'ca.key'), await readFile(path.join(here.folder, 'server.key')));
  await assert.rejects(here.open(), /ca\.key is not the key of .*ca\.crt/);
  await rm(path.join(here.folder, 'ca.key'));
  await assert.rejects(here.open(), /ca\.key is missing/);
  await writeFile(path.join(here.folder, 'ca.key'), key);
  here.now = new Date(here.now.getTime() + 3700 * dayMs);
  await assert.rejects(here.open(), /ca\.crt ended/);
});

test('the scope is read back from the certificate as it was written', async (t) => {
  const here = new Installation(await freshFolder(t));
  here.machine = { hostName: 'srv.example.org', addresses: ['198.51.100.7', '2001:db8:1:2:3:4:5:6'] };
  await here.start(t);
  const scope = scopeOf(new Uint8Array((await here.read('ca.crt')).raw))!;
  assert.deepEqual(scope.domains, ['localhost', 'local', 'home.arpa', 'internal', 'lan', 'srv.example.org']);
  assert.deepEqual(scope.networks.map(formatNetwork), [
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '::1/128',
    'fc00::/7',
    'fe80::/10',
    '198.51.100.7/32',
    '2001:db8:1:2::/64',
  ]);
  assert.equal(isInScope('a.srv.example.org', scope), true);
  assert.equal(isInScope('asrv.example.org', scope), false);
  assert.equal(scopeOf(new Uint8Array((await here.read('server.crt')).raw)), null);
  assert.deepEqual(parseNetwork('fc00::/7'), scope.networks[7]);
});

test('OpenSSL finds the chain in order, and refuses what the authority signs for a name outside its scope', async (t) => {
  const here = new Installation(await freshFolder(t));
  await here.start(t);
  const [ca, server] = ['ca.crt', 'server.crt'].map((file) => path.join(here.folder, file)) as [string, string];
  const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca];
  const good = openssl(...strict, '-verify_ip', '192.168.1.20', server);
  if (good === null) return t.diagnostic('NOT RUN: there is no openssl here');
  assert.deepEqual(good, { status: 0, output: `${server}: OK\n` });
  assert.equal(openssl(...strict, '-verify_hostname', 'mesa.local', server)!.status, 0);
  assert.notEqual(openssl(...strict, '-verify_hostname', 'bank.example', server)!.status, 0);

  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const caKey = createPrivateKey(await readFile(path.join(here.folder, 'ca.key')));
  const issuerKeyId = /Subject Key Identifier:\s*([0-9A-F:]+)/i.exec(
    openssl('x509', '-in', ca, '-noout', '-text')!.output,
  )![1]!;
  for (const [name, isRefused] of [
    ['bank.example', true],
    ['198.51.100.7', true],
    ['2001:db8::1', true],
    ['printer.local', false],
    ['172.20.0.1', false],
  ] as const) {
    const toSign = serverCertificate(
      {
        serial: Uint8Array.of(1),
        issuer: 'Cotejo local authority (mesa)',
        subject: 'localhost',
        notBefore: new Date(Date.now() - dayMs),
        notAfter: new Date(Date.now() + dayMs),
        publicKey: new Uint8Array(createPublicKey(keys.privateKey).export({ type: 'spki', format: 'der' })),
        keyId: new Uint8Array(20),
        issuerKeyId: Uint8Array.from(issuerKeyId.split(':').map((byte) => Number.parseInt(byte, 16))),
      },
      [name],
    );
    const file = path.join(here.folder, 'forged.crt');
    const forged = new X509Certificate(certificate(toSign, new Uint8Array(sign('sha256', toSign, caKey))));
    await writeFile(file, forged.toString());
    const verdict = openssl(...strict, file)!;
    assert.equal(verdict.status !== 0, isRefused, `${name}: ${verdict.output}`);
    if (isRefused) assert.match(verdict.output, /permitted subtree violation/);
  }
  return undefined;
});

test('this machine has a certificate for localhost and for its own name', async (t) => {
  const opened = await openLocalAuthority({
    folder: await freshFolder(t),
    names: [],
    now: () => new Date(),
    log: () => {},
  });
  assert.ok(opened.ok);
  opened.value.stop();
  const names = opened.value.names();
  assert.ok(names.includes('localhost') && names.includes('127.0.0.1'), names.join(', '));
  assert.ok(names.includes(hostname().toLowerCase()) || !/^[\w.-]+$/.test(hostname()), names.join(', '));
});
