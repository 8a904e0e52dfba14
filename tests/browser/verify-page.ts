import type { AddressInfo } from 'node:net';
import { httpServer } from '../../src/http/server.client.ts';
import { openLog } from '../../src/http/log.client.ts';
import { readBuiltPages, serveLonePage } from '../../src/http/static.route.ts';
import { ensureWebBuilt } from '../../tools/build-web.ts';

export type VerifyPage = {
  readonly url: string;
  /** Calls that were more than a look. */
  readonly posted: () => readonly string[];
  close(): Promise<void>;
};

/** The page on which certificates are checked, as the service serves it, and nothing else. */
export async function openVerifyPage(): Promise<VerifyPage> {
  const posted: string[] = [];
  const server = httpServer({
    https: null,
    logger: openLog('error', { isTerminal: false }).logger,
    isHttps: () => false,
    onAnswer: ({ method, route }) => void (method !== 'GET' && posted.push(`${method} ${route}`)),
    onError: (error) => {
      throw error;
    },
  });
  serveLonePage(server, '/verify', await readBuiltPages(await ensureWebBuilt('verify')));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, posted: () => posted, close: () => server.close() };
}
