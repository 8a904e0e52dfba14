import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { exampleFacts } from '../../tests/counterparts/certificate-facts.ts';
import { signaturesIn } from '../../tests/counterparts/certificate-oracles.ts';
import { drawBytes, keyFile, openCertificateAuthority } from '../../tests/counterparts/pki.ts';
import { openLayoutTools, sealingWith, signerUnder, stampingWith } from '../../tests/counterparts/sealing.ts';
import { startTsa, type TsaBehaviour } from '../../tests/counterparts/tsa.ts';
import { compileStatement } from './compile-statement.ts';
import { openDemonstrationAuthority } from './demonstration-authority.client.ts';
import { readFirst } from '../kernel/der-reader.ts';
import { httpExchange } from './http-exchange.client.ts';
import { layOut } from './layout.client.ts';
import { renew, seal } from './pades.client.ts';
import { signerFromKeyFile } from './signer.client.ts';
import type { TimeStampFault } from './tsa.client.ts';
import { verifyCertificate } from './verify.client.ts';

const YEAR_MS = 365 * 86_400_000;
const issuedAt = new Date('2026-11-25T10:07:31Z');
const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2065-01-01'));
const issued = authority.issue({
  commonName: 'Firma de Ejemplo',
  profile: 'signer',
  notBefore: new Date('2026-01-01'),
  notAfter: new Date('2029-01-01'),
});
const pages = await layOut(
  { statement: compileStatement(exampleFacts(issuedAt)), pictures: [], logo: null },
  openLayoutTools(),
);

const faultOf: Record<Exclude<TsaBehaviour, 'stamp'>, TimeStampFault> = {
  down: 'no-answer',
  cut: 'no-answer',
  slow: 'no-answer',
  endless: 'no-answer',
  reject: 'answer-unreadable',
  garbage: 'answer-unreadable',
  'wrong-nonce': 'nonce-differs',
  'no-nonce': 'nonce-differs',
  'wrong-digest': 'time-stamp-digest-differs',
  'other-digest': 'time-stamp-digest-differs',
  'wrong-policy': 'policy-differs',
  'no-certificate': 'time-stamp-signature-wrong',
  'wrong-certificate': 'time-stamp-signature-wrong',
  'wrong-signature': 'time-stamp-signature-wrong',
  'expired-certificate': 'time-stamp-certificate-not-valid',
  'wrong-purpose': 'time-stamp-certificate-not-valid',
  'far-off-clock': 'time-far-off',
  'slow-clock': 'time-far-off',
};

test('a time-stamping authority that fails in any way is passed over: the next one stamps, and without one there is no certificate', async () => {
  const clock = (): Date => issuedAt;
  const [first, second] = [await startTsa({ clock }), await startTsa({ clock })];
  try {
    const signer = signerUnder(authority, issued);
    const [alone, both] = [sealingWith(signer, [first], clock, 400), sealingWith(signer, [first, second], clock, 400)];
    const anchors = [authority.root, second.authority.root];
    const found: Record<string, string> = {};
    for (const [number, behaviour] of (Object.keys(faultOf) as TsaBehaviour[]).entries()) {
      first.behave(behaviour);
      const refused = await seal(pages, 'test', alone);
      assert.equal(refused.ok, false, behaviour);
      found[behaviour] = refused.refusal.attempts.map(({ fault }) => fault).join();
      const sealed = await seal(pages, 'test', both);
      assert.ok(sealed.ok, behaviour);
      assert.equal(second.queries(), 2 * (number + 1), behaviour);
      assert.deepEqual((await verifyCertificate(sealed.value, { anchors, now: issuedAt })).faults, [], behaviour);
    }
    assert.deepEqual(found, faultOf);
    first.behave('stamp');
    assert.ok((await seal(pages, 'test', both)).ok);
    assert.equal(second.queries(), 2 * Object.keys(faultOf).length, 'who comes first is asked first');
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
});

test('what was signed stays byte for byte when validation data and time-stamps are added', async () => {
  const clock = (): Date => issuedAt;
  const tsa = await startTsa({ clock });
  try {
    const sealing = sealingWith(signerUnder(authority, issued), [tsa], clock);
    const sealed = await seal(pages, 'test', sealing);
    assert.ok(sealed.ok);
    const [signature, stamp] = signaturesIn(sealed.value);
    assert.deepEqual(sealed.value.subarray(0, pages.byteLength), Uint8Array.from(pages));
    assert.equal(stamp!.end, sealed.value.byteLength);
    const renewed = await renew(sealed.value, readFirst(stamp!.contents).whole, sealing);
    assert.ok(renewed.ok);
    assert.deepEqual(renewed.value.subarray(0, sealed.value.byteLength), sealed.value);
    assert.equal(signaturesIn(renewed.value)[0]!.end, signature!.end);
  } finally {
    await tsa.close();
  }
});

test('a certificate holds after 5 and after 15 years, its certificates expired: by itself with a note, renewed in time without one', async () => {
  let now = issuedAt;
  const clock = (): Date => now;
  const tsa = await startTsa({ clock });
  try {
    const sealing = sealingWith(signerUnder(authority, issued), [tsa], clock);
    const anchors = [authority.root, tsa.authority.root];
    const sealed = await seal(pages, 'test', sealing);
    assert.ok(sealed.ok);
    for (const years of [1, 5, 15]) {
      const report = await verifyCertificate(sealed.value, {
        anchors,
        now: new Date(issuedAt.getTime() + years * YEAR_MS),
      });
      assert.deepEqual(report.faults, [], `+${years}`);
      assert.deepEqual(
        report.notes.map(({ note }) => note),
        ['demonstration', ...(years < 5 ? [] : ['renewal-overdue'])],
        `+${years}`,
      );
    }
    let kept = sealed.value;
    for (const years of [4, 8, 12]) {
      now = new Date(issuedAt.getTime() + years * YEAR_MS);
      tsa.renewCertificate();
      const renewed = await renew(kept, readFirst(signaturesIn(kept).at(-1)!.contents).whole, sealing);
      assert.ok(renewed.ok);
      kept = renewed.value;
    }
    for (const years of [12.5, 15]) {
      const report = await verifyCertificate(kept, { anchors, now: new Date(issuedAt.getTime() + years * YEAR_MS) });
      assert.deepEqual(
        [report.faults, report.notes.map(({ note }) => note), report.timeStamps.length],
        [[], ['demonstration'], 5],
      );
    }
  } finally {
    await tsa.close();
  }
});

test('a signer whose certificate was revoked before the time-stamp does not hold; revoked later, it does', async () => {
  const clock = (): Date => issuedAt;
  const tsa = await startTsa({ clock });
  try {
    const anchors = [authority.root, tsa.authority.root];
    for (const [revokedAt, faults] of [
      [new Date('2026-11-24'), ['certificate-revoked']],
      [new Date('2026-12-24'), []],
    ] as const) {
      const own = openCertificateAuthority('Otras Firmas', new Date('2025-01-01'), new Date('2045-01-01'));
      const signer = own.issue({
        commonName: 'X',
        profile: 'signer',
        notBefore: new Date('2026-01-01'),
        notAfter: new Date('2029-01-01'),
        keyKind: 'ec',
      });
      own.revoke(signer, revokedAt);
      const sealed = await seal(pages, 'test', sealingWith(signerUnder(own, signer), [tsa], clock));
      assert.ok(sealed.ok);
      const report = await verifyCertificate(sealed.value, { anchors: [...anchors, own.root], now: issuedAt });
      assert.deepEqual(
        report.faults.map(({ fault }) => fault),
        faults,
      );
    }
  } finally {
    await tsa.close();
  }
});

test('keys come from a PKCS#12 file: the right password opens it, anything else is refused', async () => {
  const ec = authority.issue({
    commonName: 'EC',
    profile: 'signer',
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2029-01-01'),
    keyKind: 'ec',
  });
  for (const own of [issued, ec]) {
    const file = keyFile(own, authority.root, 'contraseña 1');
    const opened = await signerFromKeyFile(file, 'contraseña 1');
    assert.ok(opened.ok);
    assert.deepEqual(opened.value.chain, [own.certificate, authority.root]);
    const clock = (): Date => issuedAt;
    const tsa = await startTsa({ clock });
    try {
      const sealed = await seal(pages, 'test', sealingWith(opened.value, [tsa], clock));
      assert.ok(sealed.ok);
      const report = await verifyCertificate(sealed.value, {
        anchors: [authority.root, tsa.authority.root],
        now: issuedAt,
      });
      assert.deepEqual(report.faults, []);
      assert.deepEqual(
        report.notes.map(({ note }) => note),
        ['revocation-not-proven', 'demonstration'],
      );
    } finally {
      await tsa.close();
    }
    assert.deepEqual(await signerFromKeyFile(file, 'otra'), { ok: false, refusal: { kind: 'key-file-unreadable' } });
  }
  assert.deepEqual(await signerFromKeyFile(drawBytes(500), 'x'), {
    ok: false,
    refusal: { kind: 'key-file-unreadable' },
  });
});

test('the demonstration authority is made once, kept, renewed before it ends, and says what it is', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'demonstration-'));
  try {
    let now = issuedAt;
    const open = () => openDemonstrationAuthority(folder, { clock: () => now, draw: drawBytes });
    const first = open();
    assert.equal(statSync(path.join(folder, 'demonstration-authority.json')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['demonstration-authority.json']);
    const again = open();
    assert.deepEqual([again.root, again.signer.chain], [first.root, first.signer.chain]);
    now = new Date(issuedAt.getTime() + 3 * YEAR_MS - 86_400_000);
    const later = open();
    assert.deepEqual(later.root, first.root);
    assert.notDeepEqual(later.signer.chain[0], first.signer.chain[0]);
    assert.match(later.signer.name, /DEMONSTRATION/);
    const sealed = await seal(pages, 'test', {
      signer: later.signer,
      stamp: stampingWith([later.timeStamping], () => now),
      pool: [later.root],
      knownRevocation: later.signer.revocation,
      exchange: httpExchange,
      clock: () => now,
    });
    assert.ok(sealed.ok);
    const report = await verifyCertificate(sealed.value, { anchors: [], now });
    assert.deepEqual(
      [report.faults, report.notes.map(({ note }) => note)],
      [[], ['nobody-trusted-was-named', 'demonstration']],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
