import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import { formatAddress, type Address } from '../../http/client-address-notation.ts';
import { ok, refuse, type Result } from '../../kernel/result.ts';
import type { NameTrouble } from './egress.ts';
import { judgeAddress, type EgressRefusal, type EgressRules } from './egress-rules.ts';
import { isSameAddress, plainAddress } from './public-address.ts';
import type { ResolveName } from './resolve.client.ts';

/** Begins a connection to an address. */
export type Dial = (target: { readonly host: string; readonly port: number }) => Socket;

export type ConnectOptions = {
  readonly rules: EgressRules;
  readonly resolve: ResolveName;
  /** For the name's addresses together, and for TLS once more. */
  readonly timeoutMs: number;
  /** Certificates in PEM that are trusted besides the public authorities. */
  readonly authorities?: readonly string[];
  readonly dial?: Dial;
};

/** Addresses of one name that are tried one after the other. */
const MOST_TRIED = 3;

/** Carries a refusal through the HTTP client, which knows errors only. */
export class EgressRefused extends Error {
  readonly refusal: EgressRefusal | NameTrouble;
  constructor(refusal: EgressRefusal | NameTrouble) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

/** The addresses of a host, if connections may be made to every one of them. One that may not refuses them all. */
export async function permittedAddresses(
  hostName: string,
  port: number,
  { rules, resolve }: Pick<ConnectOptions, 'rules' | 'resolve'>,
): Promise<Result<readonly Address[], EgressRefusal | NameTrouble>> {
  // An address stands for itself. Names are looked up, also those that look like addresses to somebody else.
  const literal = plainAddress(hostName);
  const found = literal === null ? await resolve(hostName) : ok([hostName]);
  if (!found.ok) return found;
  const addresses: Address[] = [];
  for (const text of found.value) {
    const address = plainAddress(text);
    const refusal: EgressRefusal | null =
      address === null ? { kind: 'address-not-public' } : judgeAddress(address, port, rules);
    if (refusal !== null) return refuse(refusal);
    addresses.push(address!);
  }
  return ok(addresses);
}

/**
 * [Note: One way out]
 * Every connection to an address that a customer gave is opened here, and the HTTP client has no other way to open one. The name is resolved
 * once; all of its addresses are judged; the connection goes to one of the very addresses that were judged, so that no second answer of the
 * name server can lead it elsewhere; and the other end is judged again once it stands, before a byte is sent. TLS is for the name.
 *
 * A connection that stands may carry further requests to the same scheme, host and port without asking again: a connection does not move, so
 * its other end is still the address that was judged, under rules that do not change while the process runs. Only who opens a new one needs
 * an address, and then the name is asked anew: answers of name servers are never kept.
 */
export function connectorFor(options: ConnectOptions): buildConnector.connector {
  const { rules, timeoutMs, authorities = [], dial = connectTcp } = options;
  const secure = buildConnector({
    allowH2: false,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    timeout: timeoutMs,
    ...(authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] }),
  });
  return (target, callback) => {
    const isSecure = target.protocol === 'https:';
    const port = Number(target.port) || (isSecure ? 443 : 80);
    openSocket(target.hostname, port).then(
      (socket) => (isSecure ? secure({ ...target, httpSocket: socket }, callback) : callback(null, socket)),
      (error: unknown) => callback(error as Error, null),
    );
  };

  async function openSocket(hostName: string, port: number): Promise<Socket> {
    const addresses = await permittedAddresses(hostName, port, options);
    if (!addresses.ok) throw new EgressRefused(addresses.refusal);
    const signal = AbortSignal.timeout(timeoutMs);
    let lastError: unknown;
    for (const address of addresses.value.slice(0, MOST_TRIED)) {
      try {
        return await openTo(address, port, signal);
      } catch (error) {
        if (error instanceof EgressRefused || signal.aborted) throw error;
        lastError = error;
      }
    }
    throw lastError;
  }

  async function openTo(address: Address, port: number, signal: AbortSignal): Promise<Socket> {
    const socket = dial({ host: formatAddress(address), port });
    // From here on somebody has to listen for errors; what they mean is told by whoever waits.
    socket.on('error', () => {});
    try {
      await once(socket, 'connect', { signal });
      const peer = plainAddress(socket.remoteAddress ?? '');
      if (peer === null) throw Object.assign(new Error('the connection ended at once'), { code: 'ECONNRESET' });
      if (!isSameAddress(peer, address) || judgeAddress(peer, port, rules) !== null)
        throw new EgressRefused({ kind: 'peer-differs' });
      return socket.setNoDelay(true);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}
