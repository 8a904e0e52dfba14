import { Resolver } from 'node:dns/promises';
import { ok, refuse, type Result } from '../../kernel/result.ts';
import type { NameTrouble } from './egress.ts';

/** All addresses of a name, IPv4 first; at least one. */
export type ResolveName = (hostName: string) => Promise<Result<readonly string[], NameTrouble>>;

export type ResolveOptions = {
  /** Name servers as `192.0.2.53:53`; those of the system when absent. */
  readonly servers?: readonly string[];
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 3_000;

/**
 * Asks the name servers for A and AAAA records, following aliases. The system's own look-up is not used: it completes names with the domains
 * of this network, reads the hosts file, and four names that nobody answers for would stop every other look-up of this process.
 */
export function resolveNames({ servers, timeoutMs = TIMEOUT_MS }: ResolveOptions = {}): ResolveName {
  return async (hostName) => {
    const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 3), tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const timer = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      const answers = await Promise.allSettled([resolver.resolve4(hostName), resolver.resolve6(hostName)]);
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      return addresses.length > 0 ? ok(addresses) : refuse({ kind: 'name-unresolved', code: codeOf(answers) });
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Why there is none: `ENOTFOUND`, `ENODATA`, `ETIMEOUT`, `ECANCELLED` … */
const codeOf = (answers: readonly PromiseSettledResult<readonly string[]>[]): string => {
  const [reason] = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as { code?: unknown }] : [],
  );
  return typeof reason?.code === 'string' ? reason.code : 'ENODATA';
};
