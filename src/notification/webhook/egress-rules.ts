import { isWithin, type Address, type Network } from '../../http/client-address-notation.ts';
import { isPublicAddress } from './public-address.ts';

/** What an installer decides about requests to addresses that customers give. */
export type EgressRules = {
  /** Whether `http:` is accepted besides `https:`. */
  readonly allowsHttp: boolean;
  /** The ports that receivers may listen on. */
  readonly ports: readonly number[] | 'any';
  /** Networks with receivers of the installer's own, which may be called though they are not public. */
  readonly internalNetworks: readonly Network[];
  /** This installation itself, which nobody may have called. */
  readonly own: {
    /** As in the public address, in lower case. */
    readonly hostNames: readonly string[];
    /** Of its machines. */
    readonly networks: readonly Network[];
    /** Of the service, the panel, the database: refused on its own machines even where these are in an internal network. */
    readonly ports: readonly number[];
  };
};

/** Public receivers over TLS. */
export const strictRules: EgressRules = {
  allowsHttp: false,
  ports: [443, 8443],
  internalNetworks: [],
  own: { hostNames: [], networks: [], ports: [] },
};

/** Why a request is not made. None of them is an outage: the same URL is refused again until the rules or the name's addresses change. */
export type EgressRefusal =
  | { readonly kind: 'url-unreadable' }
  | { readonly kind: 'url-too-long'; readonly mostCharacters: number }
  /** User and password belong into the settings, not into the URL. */
  | { readonly kind: 'url-with-credentials' }
  | { readonly kind: 'url-with-fragment' }
  | { readonly kind: 'scheme-refused'; readonly scheme: string }
  | { readonly kind: 'port-refused'; readonly port: number }
  /** Neither a name of the public naming system nor an address in its usual spelling. */
  | { readonly kind: 'host-refused' }
  | { readonly kind: 'host-is-ours' }
  | { readonly kind: 'address-not-public' }
  /** Another machine answered than the one that was asked for. */
  | { readonly kind: 'peer-differs' };

/** Null: a connection to this address may be made. */
export function judgeAddress(address: Address, port: number, rules: EgressRules): EgressRefusal | null {
  const isIn = (network: Network): boolean => isWithin(address, network);
  const isOwn = rules.own.networks.some(isIn) || isThisMachine(address);
  if (isOwn && rules.own.ports.includes(port)) return { kind: 'host-is-ours' };
  if (rules.internalNetworks.some(isIn)) return null;
  if (rules.own.networks.some(isIn)) return { kind: 'host-is-ours' };
  return isPublicAddress(address) ? null : { kind: 'address-not-public' };
}

/** Loopback, and the unspecified address, which systems take for it. */
const isThisMachine = (address: Address): boolean =>
  address.length === 4
    ? address[0] === 127 || address[0] === 0
    : address.slice(0, 15).every((byte) => byte === 0) && address[15]! <= 1;
