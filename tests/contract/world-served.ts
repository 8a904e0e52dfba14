import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { changeAccount } from '../../src/access/account.store.ts';
import { insertCertificate } from '../../src/certificate/certificate.store.ts';
import { newAccount } from '../../src/cli/account.ts';
import { openVault } from '../../src/cli/certificates.ts';
import { openInstallation } from '../../src/cli/installation.ts';
import { startService } from '../../src/cli/start-service.ts';
import { parseConfig } from '../../src/config.ts';
import { openLog } from '../../src/http/log.client.ts';
import { enter as enterEntries } from '../../src/credits/ledger.store.ts';
import { openEvidence } from '../../src/cli/applicants.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { ok } from '../../src/kernel/result.ts';
import { type Step, invited, resent, validated } from '../../src/verification/steps.ts';
import type { Approved, Requested, Verification } from '../../src/verification/verification.ts';
import { advanceOver } from '../../src/verification/verification.store.ts';
import { bringToApproved } from '../counterparts/certifiable.ts';
import { freshDataFolder } from '../counterparts/postgres.ts';
import { send } from './exchange.ts';
import { pdfOfExample } from './world-in-memory.ts';
import type { Caller, Scene, World } from './world.ts';
import { accountWalls } from '../../src/storage/account-wall.client.ts';

/**
 * The whole service with its own PostgreSQL, answering calls and sending nothing: what is requested stays so until a scene takes its steps. Every scene has an account
 * of its own and is entered from an address of its own, because wrong tokens are counted by address.
 */
export async function worldServed(): Promise<World> {
  const folder = await freshDataFolder();
  const config = parseConfig({ COTEJO_DATA: folder }, {});
  if (!config.ok) throw new Error('the settings of the test are wrong');
  const installation = await openInstallation(config.value, { use: 'service', log: () => {} });
  const vault = openVault(installation, config.value);
  const service = await startService(
    {
      roles: ['api'],
      host: '127.0.0.1',
      port: 0,
      https: null,
      publicUrl: 'http://localhost:8080',
      trustedProxies: [],
      isStrictTransport: true,
    },
    {
      installation,
      log: openLog('error', { isTerminal: false }),
      clock: () => new Date(),
      certificates: { vault },
      openGateway: () => Promise.reject(new Error('nothing is sent in this world')),
    },
  );
  const { port } = service.server.server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  let entered = 0;

  const enter = async (scene: Scene): Promise<Caller> => {
    const hundredths = Math.round(scene.credits * 100);
    const state = scene.account === 'unvalidated' ? 'unvalidated' : 'validated';
    const { account, apiUser, apiToken } = await newAccount(installation, { name: 'Ejemplo', state, hundredths });
    entered += 1;
    const localAddress = `127.1.${Math.floor(entered / 250)}.${(entered % 250) + 1}`;
    const Authorization = `Basic ${Buffer.from(`${apiUser}:${apiToken}`).toString('base64')}`;
    const call = async (functionName: string, parameters: object): Promise<{ readonly ID: string }> => {
      const headers = { Authorization, 'Content-Type': 'application/json' };
      const body = JSON.stringify({ ...parameters, Resp: 'JSON' });
      const response = await send(
        baseUrl,
        { method: 'POST', path: `/${functionName}`, headers, body },
        { localAddress },
      );
      return (JSON.parse(response.body.toString()) as [{ ID: string }])[0];
    };
    let verificationId = '0';
    if (scene.verification !== undefined) {
      const parameters = { Telefono: '34600000001', Dni: '00000000T', Referenciausuario: 'pedido-1042' };
      verificationId = (await call('VerificarIdentidad', parameters)).ID;
      if (scene.verification === 'cancelled') await call('CancelarIdentidad', { Id: verificationId });
      else await bring(Number(account) as AccountId, Number(verificationId) as VerificationId, scene.verification);
    }
    if (scene.account === 'without-functions')
      await changeAccount(installation.database, Number(account) as AccountId, { settings: { functions: [] } });
    return { apiUser, apiToken, verificationId, localAddress };
  };

  const { database } = installation;
  const advance = advanceOver({ within: accountWalls(database), enter: enterEntries, enqueue: async () => {} });
  const evidence = openEvidence(installation, { dataFolder: folder, clock: () => new Date() });

  /** What the gateway, the applicant and the engine do for real. */
  async function bring(
    accountId: AccountId,
    id: VerificationId,
    to: Exclude<NonNullable<Scene['verification']>, 'cancelled'>,
  ): Promise<void> {
    const take = async (step: (before: Verification) => Step<Verification>): Promise<void> =>
      void (await advance(accountId, id, (before) => ok(step(before))));
    if (to === 'requested') return;
    await take((before) => invited(before as Requested, new Date()));
    if (to === 'resent-thrice')
      for (let time = 0; time < 3; time++) await advance(accountId, id, (before) => resent(before, new Date()));
    if (to !== 'certified') return;
    const place = { accountId, id };
    await bringToApproved({ database, evidence, advance, now: () => new Date() }, place);
    const { key, wrappedKey } = vault.newKey(place);
    const file = await vault.write(place, key, pdfOfExample);
    const now = new Date();
    await advance(
      accountId,
      id,
      (before) => ok(validated(before as Approved, now)),
      (transaction) => insertCertificate(transaction, place, { wrappedKey, file, issuedAt: now, renewBefore: now }),
    );
  }

  return {
    baseUrl,
    isExact: false,
    scenesAtOnce: 5,
    enter,
    close: async () => {
      await service.stop();
      await installation.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
