// The process is killed while certificates are made, again and again: in the end each verification has one, and it holds.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { findCertificate } from '../../src/certificate/certificate.store.ts';
import { openCertificate } from '../../src/certificate/open-certificate.client.ts';
import { verifyCertificate } from '../../src/certificate/verify.client.ts';
import { openEvidence } from '../../src/cli/applicants.ts';
import { openVault } from '../../src/cli/certificates.ts';
import { openInstallation } from '../../src/cli/installation.ts';
import { parseConfig } from '../../src/config.ts';
import { enter } from '../../src/credits/ledger.store.ts';
import type { EvidencePlace } from '../../src/evidence/evidence.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { accountWalls } from '../../src/storage/account-wall.client.ts';
import { openQueue } from '../../src/storage/queue.client.ts';
import { type Job, jobKinds } from '../../src/verification/jobs.ts';
import { advanceOver, findVerification } from '../../src/verification/verification.store.ts';
import { bringToApproved } from '../counterparts/certifiable.ts';
import { drawSeed } from '../counterparts/sealing.ts';
import { startTsa } from '../counterparts/tsa.ts';
import { Caller } from '../journeys/caller.ts';
import { RunningService } from './running-service.ts';

const KILLS = 3;
const AT_ONCE = 4;

test('killed at any moment while certificates are made, the service leaves one for each verification', async (t) => {
  const seed = drawSeed();
  t.diagnostic(`COTEJO_SEED=${seed}`);
  const random = seededRandom(seed);
  const clock = (): Date => new Date();
  const tsa = await startTsa();
  const service = await RunningService.create({ COTEJO_TSA: tsa.url });
  try {
    await service.start([], 150_000);
    const account = await service.createAccountMeanwhile(100);
    const config = parseConfig({ COTEJO_DATA: service.folder });
    assert.ok(config.ok);
    const installation = await openInstallation(config.value, { use: 'command', log: () => {}, connections: 4 });
    const { database, address } = installation;
    const queue = await openQueue<Job>({ address, kinds: jobKinds, concurrency: 0, clock, onError: () => {} });
    const evidence = openEvidence(installation, { dataFolder: service.folder, clock });
    const advance = advanceOver({ within: accountWalls(database), enqueue: queue.enqueue, enter });
    const vault = openVault(installation, config.value);
    const places: EvidencePlace[] = [];
    const stateOf = async ({ accountId, id }: EvidencePlace) =>
      (await findVerification(database, accountId, id))?.state;
    const until = async (state: string, of: readonly EvidencePlace[], withinMs: number): Promise<void> => {
      for (const beganAt = performance.now(); performance.now() - beganAt < withinMs; await delay(100))
        if ((await Promise.all(of.map(stateOf))).every((found) => found === state)) return;
      throw new Error(`not ${state} within ${withinMs} ms`);
    };
    let brokenOff = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const caller = new Caller({ url: service.url, ...account });
      const fresh: EvidencePlace[] = [];
      for (let number = 0; number < AT_ONCE; number += 1) {
        const Telefono = `3460000${String(kill).padStart(2, '0')}${String(number).padStart(2, '0')}`;
        const { fields } = await caller.call('VerificarIdentidad', { Telefono });
        fresh.push({
          accountId: Number(account.account) as AccountId,
          id: Number(fields['ID']) as VerificationId,
        });
      }
      await until('invited', fresh, 60_000);
      await Promise.all(fresh.map((place) => bringToApproved({ database, evidence, advance, now: clock }, place)));
      places.push(...fresh);
      await delay(random() * 3000);
      await service.kill();
      const states = await Promise.all(fresh.map(stateOf));
      brokenOff += states.filter((state) => state === 'approved').length;
      await service.start([], 150_000);
    }
    await until('validated', places, 120_000);
    for (const place of places) {
      const opened = await openCertificate({ database, vault }, place);
      assert.ok(opened.ok);
      const report = await verifyCertificate(opened.value.issued, { anchors: [], now: clock() });
      assert.deepEqual(report.faults, []);
      assert.equal(report.statement?.id, place.id);
      const kept = (await findCertificate(database, place))!;
      assert.ok((await vault.list(place)).includes(kept.file.blobName));
    }
    t.diagnostic(
      `${KILLS} kills, ${brokenOff} of ${places.length} certificates not there yet at a kill; ${places.length} in the end`,
    );
    await queue.stop();
    await installation.close();
  } finally {
    await service.remove();
    await tsa.close();
  }
});
