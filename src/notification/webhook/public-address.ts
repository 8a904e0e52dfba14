import {
  formatAddress,
  isWithin,
  parseAddress,
  parseNetwork,
  type Address,
  type Network,
} from '../../http/client-address-notation.ts';

const networks = (...texts: readonly string[]): readonly Network[] => texts.map((text) => parseNetwork(text)!);

/** IPv4 networks in which no host of the public internet is. Source: IANA IPv4 Special-Purpose Address Registry; RFC 5771 for multicast. */
const NOT_PUBLIC_IPV4 = networks(
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by the customers of a carrier
  '127.0.0.0/8', // this machine
  '169.254.0.0/16', // this link; clouds answer questions about machines here
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // multicast tunnels
  '192.88.99.0/24', // relays to 6to4
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and everybody at once
);

/**
 * IPv6 hosts of the public internet are in here. Everything else is refused without being named: loopback, the IPv4 addresses written as
 * IPv6 (`::/96`, mapped, NAT64 and its local prefix), unique local, link-local, site-local, multicast, what is not assigned.
 * Source: IANA IPv6 Address Space.
 */
const PUBLIC_IPV6 = parseNetwork('2000::/3')!;

/** And these of them are not. Source: IANA IPv6 Special-Purpose Address Registry. */
const NOT_PUBLIC_IPV6 = networks(
  '2001::/23', // protocol assignments: Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address in disguise
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
);

/** Whether an address may be that of one host of the public internet. */
export function isPublicAddress(address: Address): boolean {
  const isIn = (network: Network): boolean => isWithin(address, network);
  return address.length === 4 ? !NOT_PUBLIC_IPV4.some(isIn) : isIn(PUBLIC_IPV6) && !NOT_PUBLIC_IPV6.some(isIn);
}

/**
 * An address that is written in its own family; null for anything else. IPv4 in the clothes of IPv6 (`::ffff:192.0.2.1`) is null as well:
 * no public host is reached that way only, and two spellings of one address are one too many where spellings are judged.
 */
export function plainAddress(text: string): Address | null {
  const address = parseAddress(text);
  if (address === null || text.includes('%')) return null;
  return address.length === 4 && text.includes(':') ? null : address;
}

export const isSameAddress = (a: Address, b: Address): boolean => formatAddress(a) === formatAddress(b);
