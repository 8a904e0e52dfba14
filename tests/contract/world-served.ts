import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { changeAccount } from '../../src/access/account.store.ts';
import { newAccount } from '../../src/cli/account.ts';
import { openInstallation } from '../../src/cli/installation.ts';
import { startService } from '../../src/cli/start-service.ts';
import { parseConfig } from '../../src/config.ts';
import { openLog } from '../../src/http/log.client.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { freshDataFolder } from '../counterparts/postgres.ts';
import { send } from './exchange.ts';
import type { Caller, Scene, World } from './world.ts';

/**
 * The whole service with its own PostgreSQL, answering calls and sending nothing: what is requested stays so. Every scene has an account
 * of its own and is entered from an address of its own, because wrong tokens are counted by address.
 */
export async function worldServed(): Promise<World> {
  const folder = await freshDataFolder();
  const config = parseConfig({ COTEJO_DATA: folder }, {});
  if (!config.ok) throw new Error('the settings of the test are wrong');
  const installation = await openInstallation(config.value, { use: 'service', log: () => {} });
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
      openGateway: () => Promise.reject(new Error('nothing is sent in this world')),
    },
  );
  const { port } = service.server.server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  let entered = 0;

  const enter = async (scene: Scene): Promise<Caller | null> => {
    if (scene.verification !== undefined && !['requested', 'cancelled'].includes(scene.verification)) return null;
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
    }
    if (scene.account === 'without-functions')
      await changeAccount(installation.database, Number(account) as AccountId, { settings: { functions: [] } });
    return { apiUser, apiToken, verificationId, localAddress };
  };

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
