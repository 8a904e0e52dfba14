import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { after, before, beforeEach } from 'node:test';
import { type TestIssuing, testIssuing } from '../../tests/counterparts/issuing.ts';
import { judgeByOthers } from '../../tests/counterparts/certificate-oracles.ts';
import { MS_PER_DAY, later } from '../kernel/instant.ts';
import { findReceipt } from './certificate-erasure.store.ts';
import { eraseCertificate, eraseDueCertificates } from './erase-certificates.job.ts';
import { openCertificate } from './open-certificate.client.ts';
import { type RenewRefusal, renewCertificate, renewDueCertificates } from './renew-certificates.job.ts';
import { verifyCertificate } from './verify.client.ts';

const NOW = new Date('2026-11-25T10:07:31Z');

let issuing: TestIssuing;

before(async () => void (issuing = await testIssuing(NOW)));
beforeEach(() => {
  issuing.evidence.clock.now = NOW;
  for (const tsa of issuing.tsas) {
    tsa.behave('stamp');
    tsa.renewCertificate();
  }
});
after(() => issuing.stop());

const ground = () => {
  const { evidence, vault, parts, renew } = issuing;
  return { database: evidence.database, vault, renew, clock: parts.clock };
};

async function issuedPlace() {
  const place = await issuing.approvedPlace();
  await issuing.issue(place);
  return place;
}

const years = (count: number): Date => later(NOW, count * 365 * MS_PER_DAY);

/** A round over one account, as the service makes it every hour. @returns what was told. */
async function renewalRound(accountId = issuing.evidence.accountId): Promise<(RenewRefusal | null)[]> {
  const told: (RenewRefusal | null)[] = [];
  await renewDueCertificates({
    ...ground(),
    accounts: async () => [{ id: accountId }],
    onRenewal: (_, refusal) => void told.push(refusal),
    onError: (error) => assert.fail(error as Error),
    isStopping: () => false,
  });
  return told;
}

test('a further time-stamp is added before the last one’s certificate ends; what companies are handed stays the same bytes', async (t) => {
  const place = await issuedPlace();
  const first = await issuing.opened(place);
  assert.deepEqual(await renewalRound(), [], 'nothing is due in the first years');

  const { evidence, tsas } = issuing;
  for (const year of [5, 10, 15]) {
    evidence.clock.now = later(years(year), -30 * MS_PER_DAY);
    for (const tsa of tsas) tsa.renewCertificate();
    assert.deepEqual(await renewalRound(), [null], `year ${year}`);
    assert.deepEqual(await renewalRound(), [], 'once');
    const { whole, issued, kept } = await issuing.opened(place);
    assert.deepEqual(issued, first.issued);
    assert.deepEqual([kept.renewals, kept.renewBefore > years(year + 4)], [year / 5, true]);
    assert.equal((await issuing.vault.list(place)).length, 1);
    evidence.clock.now = years(year);
    const report = await verifyCertificate(whole, { anchors: issuing.anchors, now: years(year) });
    assert.deepEqual([report.faults, report.timeStamps.length], [[], 2 + year / 5]);
    assert.deepEqual(
      report.notes.filter(({ note }) => note !== 'revocation-not-proven'),
      [],
    );
  }
  const { whole } = await issuing.opened(place);
  const others = await judgeByOthers(whole, tsas[0].authority.root);
  assert.deepEqual([others.pdfsig, others.qpdf], ['Signature is Valid.', 'clean']);
  t.diagnostic(`${whole.byteLength - first.whole.byteLength} bytes were added in three renewals`);
});

test('while nobody stamps nothing is renewed and nothing lost; two at once renew once', async () => {
  const place = await issuedPlace();
  const before = await issuing.opened(place);
  for (const tsa of issuing.tsas) tsa.behave('down');
  const refused = await renewCertificate(ground(), place);
  assert.equal(!refused.ok && refused.refusal.kind, 'no-time-stamp');
  assert.deepEqual((await issuing.opened(place)).whole, before.whole);

  for (const tsa of issuing.tsas) tsa.behave('stamp');
  const results = await Promise.all([renewCertificate(ground(), place), renewCertificate(ground(), place)]);
  assert.deepEqual(results.map((result) => (result.ok ? 'renewed' : result.refusal.kind)).sort(), [
    'changed-meanwhile',
    'renewed',
  ]);
  assert.equal((await issuing.opened(place)).kept.renewals, 1);
  assert.equal((await issuing.vault.list(place)).length, 1);
});

const retention = (certificateDays: number) => ({
  ...ground(),
  accounts: async () => [{ id: issuing.evidence.accountId, certificateDays }],
  onError: (error: unknown) => assert.fail(error as Error),
  isStopping: () => false,
});

test('a certificate is erased when its account keeps it no longer, not a day before; the receipt stays', async () => {
  const place = await issuedPlace();
  const { kept, issued } = await issuing.opened(place);
  const { evidence } = issuing;
  await eraseDueCertificates(retention(100)); // what other tests left
  evidence.clock.now = later(kept.issued.at, 10 * MS_PER_DAY - 1);
  assert.equal(await eraseDueCertificates(retention(10)), 0);
  const [name] = await issuing.vault.list(place);
  const stored = await readFile(path.join(issuing.folder, name!));
  evidence.clock.now = later(kept.issued.at, 10 * MS_PER_DAY);
  assert.ok((await eraseDueCertificates(retention(10))) >= 1);
  assert.equal(await eraseDueCertificates(retention(10)), 0);
  const gone = await openCertificate(ground(), place);
  assert.deepEqual(gone, { ok: false, refusal: { kind: 'certificate-erased' } });
  assert.deepEqual(await issuing.vault.list(place), []);
  assert.deepEqual(await findReceipt(evidence.database, place), {
    erasedAt: evidence.clock.now,
    reason: 'kept as long as the account’s policy says',
    byteLength: issued.byteLength,
    sha256: Buffer.from(kept.file.sha256).toString('hex'),
  });
  // A backup of the file brings nothing back: its key is gone.
  const { key } = issuing.vault.newKey(place);
  const file = await issuing.vault.write(place, key, Buffer.from('another'));
  await writeFile(path.join(issuing.folder, file.blobName), stored);
  assert.deepEqual(await openCertificate(ground(), place), gone);
  await assert.rejects(issuing.vault.read(key, file));
});

test('erased because the person asked: at once, once, and finished by the next round where it broke off', async () => {
  const place = await issuedPlace();
  const broken = { ...issuing.vault, clear: () => Promise.reject(new Error('the store is away')) };
  await assert.rejects(eraseCertificate({ ...ground(), vault: broken }, place, 'asked for by the person'));
  assert.equal((await openCertificate(ground(), place)).ok, false);
  assert.equal((await issuing.vault.list(place)).length, 1);
  await eraseDueCertificates(retention(10_000));
  assert.deepEqual(await issuing.vault.list(place), []);
  const again = await eraseCertificate(ground(), place, 'again');
  assert.equal(again.ok && again.value.reason, 'asked for by the person');
  const never = await issuing.approvedPlace();
  assert.deepEqual(await eraseCertificate(ground(), never, 'x'), { ok: false, refusal: { kind: 'nothing-kept' } });
});
