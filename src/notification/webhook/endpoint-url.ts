import type { Address } from '../../http/client-address-notation.ts';
import { ok, refuse, type Result } from '../../kernel/result.ts';
import { judgeAddress, type EgressRefusal, type EgressRules } from './egress-rules.ts';
import { plainAddress } from './public-address.ts';

/** A URL that may be called as far as can be told without asking for its addresses. */
export type Endpoint = {
  /** As it is kept and called: the one spelling of it. */
  readonly url: string;
  readonly isSecure: boolean;
  /** Lower case, in ASCII; an IPv6 address without brackets. */
  readonly hostName: string;
  readonly port: number;
  /** Where the host is an address and not a name. */
  readonly address: Address | null;
};

const MOST_CHARACTERS = 2_048;
/** RFC 1035, section 2.3.4. */
const MOST_CHARACTERS_OF_NAME = 253;

/**
 * Reads a URL that somebody else wrote.
 *
 * The URL standard mends what it can: it drops line breaks, takes backslashes for slashes, full-width digits for digits, `0x7f.1` for
 * 127.0.0.1. What had to be mended is refused here, or judged by what became of it: nothing is left for another reader to read otherwise.
 */
export function parseEndpoint(text: string, rules: EgressRules): Result<Endpoint, EgressRefusal> {
  if (text.length > MOST_CHARACTERS) return refuse({ kind: 'url-too-long', mostCharacters: MOST_CHARACTERS });
  if ([...text].some(isControlOrSpace) || text.includes('\\')) return refuse({ kind: 'url-unreadable' });
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return refuse({ kind: 'url-unreadable' });
  if (scheme !== 'https' && !(scheme === 'http' && rules.allowsHttp)) return refuse({ kind: 'scheme-refused', scheme });
  const authority = /^[a-z]+:\/\/([^/?#]+)/i.exec(text)?.[1];
  if (authority === undefined) return refuse({ kind: 'url-unreadable' });
  if (authority.includes('@')) return refuse({ kind: 'url-with-credentials' });
  if (text.includes('#')) return refuse({ kind: 'url-with-fragment' });
  if (!URL.canParse(text)) return refuse({ kind: 'url-unreadable' });
  const url = new URL(text);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (rules.ports !== 'any' && !rules.ports.includes(port)) return refuse({ kind: 'port-refused', port });
  const host = parseHost(url.hostname, authority, rules);
  if (!host.ok) return host;
  const { hostName, address } = host.value;
  if (rules.own.hostNames.includes(hostName)) return refuse({ kind: 'host-is-ours' });
  const refusal = address === null ? null : judgeAddress(address, port, rules);
  if (refusal !== null) return refuse(refusal);
  return ok({ url: url.href, isSecure: url.protocol === 'https:', hostName, port, address });
}

const isControlOrSpace = (character: string): boolean => /[\p{Cc}\p{Cf}\p{Z}]/u.test(character);

type Host = Pick<Endpoint, 'hostName' | 'address'>;

/**
 * @param parsed the host as the URL standard reads it, in ASCII.
 * @param authority host and port as they stand in the text.
 */
function parseHost(parsed: string, authority: string, rules: EgressRules): Result<Host, EgressRefusal> {
  const hostName = parsed.replace(/^\[(.*)\]$/, '$1');
  const isIpv6 = hostName !== parsed;
  if (isIpv6 || /^[\d.]+$/.test(hostName)) {
    const address = plainAddress(hostName);
    const isWrittenSo = isIpv6 || authority.replace(/:\d*$/, '') === hostName;
    return address !== null && isWrittenSo ? ok({ hostName, address }) : refuse({ kind: 'host-refused' });
  }
  const isName = hostName.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  if (!isName || hostName.length > MOST_CHARACTERS_OF_NAME || authority.includes('%'))
    return refuse({ kind: 'host-refused' });
  // Names that mean something only in here are for installers who have receivers in here.
  const isInside = !hostName.includes('.') || hostName.endsWith('.localhost');
  if (isInside && rules.internalNetworks.length === 0) return refuse({ kind: 'host-refused' });
  return ok({ hostName, address: null });
}
