import { Buffer } from 'node:buffer';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { apiUserOf, defaultSettings, type Account, type AccountSettings } from '../../src/access/account.ts';
import type { Throttle } from '../../src/access/doors.ts';
import { throttleInMemory } from '../../src/access/throttle.ts';
import { contractRoutes } from '../../src/contract/contract.route.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { serviceInMemory } from './service-in-memory.ts';
import type { Caller, Scene, World } from './world.ts';

const ACCOUNT_ID = 1_000_000_001 as AccountId;
export const pdfOfExample = Buffer.from('%PDF-1.7\n% a certificate, as far as the wire is concerned\n%%EOF\n');

/** The wire on a port of its own, before a service in memory: one account at a time, one moment, the same IDs on every run. */
export type WorldInMemory = World & {
  /** Changes the account that is there. */
  readonly settings: (change: Partial<AccountSettings>) => void;
  /** Makes every further call of the service throw. */
  readonly breakWith: (error: Error | null) => void;
  readonly outcomes: readonly (readonly [functionName: string, res: number | null])[];
  readonly logLines: readonly string[];
  readonly availableHundredths: () => number;
  readonly storeCalls: () => number;
};

type Options = {
  readonly secure?: boolean;
  readonly throttle?: Throttle;
  readonly firstId?: number;
  readonly token?: string;
  readonly isExact?: boolean;
  readonly logLevel?: 'info' | 'warn';
};

export async function worldInMemory({
  secure = true,
  throttle: fixedThrottle,
  firstId = 299_846_332,
  token = 'token-de-ejemplo',
  isExact = true,
  logLevel = 'info',
}: Options = {}): Promise<WorldInMemory> {
  const clock = (): Date => new Date('2026-12-01T09:00:00Z');
  const outcomes: (readonly [string, number | null])[] = [];
  const logLines: string[] = [];
  let account: Account = { id: ACCOUNT_ID, name: 'Ejemplo', state: 'validated', settings: defaultSettings };
  let inner = serviceInMemory({ now: clock, firstId });
  let throttle = fixedThrottle ?? throttleInMemory(clock);
  let broken: Error | null = null;
  let storeCalls = 0;
  const current = <Called>(called: () => Called): Called => {
    storeCalls += 1;
    if (broken !== null) throw broken;
    return called();
  };

  const app = Fastify({ logger: { level: logLevel, stream: { write: (line: string) => void logLines.push(line) } } });
  await app.register(
    contractRoutes({
      clock,
      service: {
        accept: async (...call) => current(() => inner.service.accept(...call)),
        availableHundredths: async (...call) => current(() => inner.service.availableHundredths(...call)),
        report: async (...call) => current(() => inner.service.report(...call)),
        certificate: async (...call) => current(() => inner.service.certificate(...call)),
        cancel: async (...call) => current(() => inner.service.cancel(...call)),
        resend: async (...call) => current(() => inner.service.resend(...call)),
      },
      authenticate: async (apiUser, apiToken) =>
        current(() =>
          apiUser === apiUserOf(ACCOUNT_ID) && apiToken === token && account.state !== 'disabled' ? account : null,
        ),
      throttle: {
        turn: (...caller) => throttle.turn(...caller),
        blockedForSeconds: (...caller) => throttle.blockedForSeconds(...caller),
        failed: (...caller) => throttle.failed(...caller),
        succeeded: (...caller) => throttle.succeeded(...caller),
        polled: (...caller) => throttle.polled(...caller),
      },
      clientOf: (request) => ({ addressKey: request.socket.remoteAddress ?? '', secure }),
      usualLink: `https://verificacion.example/v/${'x'.repeat(32)}`,
      strictHttpForStrangers: false,
      onOutcome: (functionName, res) => void outcomes.push([functionName, res]),
    }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const enter = async (scene: Scene): Promise<Caller> => {
    account = {
      ...account,
      state: scene.account === 'unvalidated' ? 'unvalidated' : 'validated',
      settings: scene.account === 'without-functions' ? { ...defaultSettings, functions: [] } : defaultSettings,
    };
    inner = serviceInMemory({ now: clock, firstId });
    throttle = fixedThrottle ?? throttleInMemory(clock);
    if (scene.credits > 0) inner.fund(account, Math.round(scene.credits * 100));
    if (scene.verification !== undefined) await bring(scene.verification);
    return { apiUser: apiUserOf(ACCOUNT_ID), apiToken: token, verificationId: String(firstId) };
  };

  async function bring(to: NonNullable<Scene['verification']>): Promise<void> {
    const wanted = {
      phone: '34600000001',
      sender: 'MiEmpresa',
      messageTemplate: '[LINK]',
      segments: 1,
      sendAt: clock(),
      sendAtText: null,
      requestedNumber: '00000000T',
      reference: 'pedido-1042',
      rehearsal: null,
    } as Parameters<typeof inner.service.accept>[1];
    await inner.service.accept(account, wanted, null);
    if (to === 'cancelled') await inner.service.cancel(account, firstId as VerificationId);
    if (to === 'invited' || to === 'resent-thrice') inner.invite(ACCOUNT_ID, firstId);
    if (to === 'resent-thrice')
      for (let time = 0; time < 3; time++) await inner.service.resend(account, firstId as VerificationId);
    if (to === 'certified') inner.certify(ACCOUNT_ID, firstId, pdfOfExample);
  }

  return {
    baseUrl,
    isExact,
    scenesAtOnce: 1,
    enter,
    close: () => app.close(),
    settings: (change) => void (account = { ...account, settings: { ...account.settings, ...change } }),
    breakWith: (error) => void (broken = error),
    outcomes,
    logLines,
    availableHundredths: () => inner.balancesOf(ACCOUNT_ID).available,
    storeCalls: () => storeCalls,
  };
}
