import { hostname, networkInterfaces } from 'node:os';
import { domainToASCII } from 'node:url';
import { formatAddress, parseAddress, parseNetwork, type Network } from './client-address-notation.ts';
import { isInScope, type Scope } from './local-authority-certificate.ts';

/** How this machine is called where it stands. */
export type Machine = { readonly hostName: string; readonly addresses: readonly string[] };

/** Addresses that lead nowhere outside a house or a company, and names that are only known there. */
const privateNetworks = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
].map((text) => parseNetwork(text)!);
const privateDomains = ['localhost', 'local', 'home.arpa', 'internal', 'lan'];

/** What an authority that is made now may vouch for: private names, and all that the machine and its owner name. */
export function scopeFor(asked: readonly string[], machine: Machine): Scope {
  const names = [...asked, ...namesOf(machine)];
  const inPrivate: Scope = { domains: privateDomains, networks: privateNetworks };
  const others = names.filter((name) => !isInScope(name, inPrivate));
  const isDomain = (name: string): boolean => parseAddress(name) === null;
  return {
    domains: [...new Set([...privateDomains, ...others.filter(isDomain)])],
    networks: [...privateNetworks, ...others.filter((name) => !isDomain(name)).map(ownNetwork)],
  };
}

/** Of IPv6 the lower half changes from day to day. */
function ownNetwork(name: string): Network {
  const address = parseAddress(name)!;
  if (address.length === 4) return { address, prefixBits: 32 };
  return { address: [...address.slice(0, 8), 0, 0, 0, 0, 0, 0, 0, 0], prefixBits: 64 };
}

/** This machine's own name and the addresses of its network cards. */
export function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return {
    hostName: hostname(),
    // A link-local address of IPv6 needs the name of a cable with it, which no browser takes.
    addresses: addresses.map(({ address }) => address).filter((address) => !address.startsWith('fe80:')),
  };
}

/** Names that a phone in the same network may use. */
export function namesOf({ hostName, addresses }: Machine): string[] {
  const name = readName(hostName);
  const hostNames = name === null ? [] : name.includes('.') ? [name] : [name, `${name}.local`];
  return [...new Set([...hostNames, ...addresses.map((address) => readName(address)!)])];
}

/** A domain name in its ASCII form or an address; null when it is neither. */
export function readName(text: string): string | null {
  const address = parseAddress(text);
  if (address !== null) return formatAddress(address);
  // The conversion takes what it needs from `name/path` and the like.
  const name = /^[\p{L}\p{M}\p{N}.-]+$/u.test(text) ? domainToASCII(text) : '';
  return /^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?)(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/.test(name)
    ? name
    : null;
}
