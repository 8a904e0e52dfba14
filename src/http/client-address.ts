import { ok, refuse, type Result } from '../kernel/result.ts';
import {
  formatAddress,
  isWithin,
  parseAddress,
  parseNetwork,
  type Address,
  type Network,
} from './client-address-notation.ts';

/** Proxies whose word about the client is taken. */
export type TrustedProxies = readonly Network[];

export type ProxyRefusal =
  | { readonly kind: 'not-an-address'; readonly text: string }
  /** The word of anybody would be taken, so that anybody may pass for anybody. */
  | { readonly kind: 'trusts-everyone'; readonly text: string };

/** Reads a list such as `127.0.0.1, ::1, 10.0.0.0/8`, with commas or spaces between; empty is no proxy at all. */
export function parseTrustedProxies(list: string): Result<TrustedProxies, ProxyRefusal> {
  const proxies: Network[] = [];
  for (const text of list.split(/[\s,]+/).filter((part) => part !== '')) {
    const network = parseNetwork(text);
    if (network === null) return refuse({ kind: 'not-an-address', text });
    if (network.prefixBits === 0) return refuse({ kind: 'trusts-everyone', text });
    proxies.push(network);
  }
  return ok(proxies);
}

/** What a request says of where it comes from. */
export type Arrival = {
  /** The other end of the connection; undefined when it is gone already. */
  readonly socketAddress: string | undefined;
  /** Whether this very connection is encrypted. */
  readonly isEncrypted: boolean;
  /** `X-Forwarded-For`: client, proxy, proxy. Several lines are one with commas between. */
  readonly forwardedFor?: string | undefined;
  /** `X-Forwarded-Proto`. */
  readonly forwardedProto?: string | undefined;
};

export type Client = {
  /** As RFC 5952 writes it, IPv4 also where the socket says `::ffff:…`; `unknown` when there is none. */
  readonly address: string;
  /** Whether the client itself speaks HTTPS. */
  readonly isHttps: boolean;
  /**
   * Whether the request says that it came through a proxy, trusted or not. A proxy on this machine that nobody has set as trusted makes
   * everybody look like this machine: what is for this machine alone is not for a request that was relayed.
   */
  readonly isRelayed: boolean;
};

/**
 * Who asks. Without a trusted proxy at the other end that is the other end, whatever the headers say. With one the list is walked from the
 * right, which the nearest proxy wrote, to the first address that is no trusted proxy: what stands left of it is hearsay. Where the list
 * ends, or turns into something that is no address, the last hop that is known answers for it.
 */
export function clientOf(arrival: Arrival, trusted: TrustedProxies): Client {
  const isRelayed = arrival.forwardedFor !== undefined || arrival.forwardedProto !== undefined;
  const peer = parseAddress(arrival.socketAddress ?? '');
  if (peer === null) return { address: 'unknown', isHttps: arrival.isEncrypted, isRelayed };
  const isTrusted = (address: Address): boolean => trusted.some((network) => isWithin(address, network));
  if (!isTrusted(peer)) return { address: formatAddress(peer), isHttps: arrival.isEncrypted, isRelayed };

  let client = peer;
  for (const hop of hopsFromTheRight(arrival.forwardedFor ?? '')) {
    const address = parseAddress(withoutPort(hop));
    if (address === null) break;
    client = address;
    if (!isTrusted(client)) break;
  }
  return { address: formatAddress(client), isHttps: isHttpsAllTheWay(arrival), isRelayed };
}

/**
 * The key under which attempts of one client are counted. Of IPv6 a subscriber has at least the lower half of the address to choose from
 * (RFC 6177), so the upper half is the client.
 */
export function rateKey(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null || parsed.length === 4) return address;
  return `${formatAddress([...parsed.slice(0, 8), 0, 0, 0, 0, 0, 0, 0, 0])}/64`;
}

function* hopsFromTheRight(list: string): Generator<string> {
  for (let end = list.length; end > 0;) {
    const comma = list.lastIndexOf(',', end - 1);
    yield list.slice(comma + 1, end).trim();
    end = comma;
  }
}

/** `192.0.2.1:5678` and `[2001:db8::1]:443` are written by some proxies. */
function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(hop);
  if (bracketed !== null) return bracketed[1]!;
  return hop.replace(/^([\d.]+):\d+$/, '$1');
}

/** The trusted proxy says how it was spoken to. With several words, one for each hop, all must agree on `https`. */
function isHttpsAllTheWay({ forwardedProto, isEncrypted }: Arrival): boolean {
  if (forwardedProto === undefined) return isEncrypted;
  return forwardedProto.split(',').every((word) => word.trim().toLowerCase() === 'https');
}
