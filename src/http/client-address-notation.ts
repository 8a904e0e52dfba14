/** An address of the internet protocol: 4 or 16 bytes, the first one first. */
export type Address = readonly number[];

/** All addresses whose first `prefixBits` bits are those of `address`. */
export type Network = { readonly address: Address; readonly prefixBits: number };

/**
 * Reads an address as written in RFC 4291, section 2.2, or with four decimal numbers; null when it is none. An IPv4 address written as
 * IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. A zone (`fe80::1%eth0`) is left out: it names a cable of this machine.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > 64) return null;
  if (!text.includes(':')) return parseIpv4(text);
  const address = parseIpv6(text.replace(/%[\w.-]+$/, ''));
  return address !== null && isMappedIpv4(address) ? address.slice(12) : address;
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or a single address; null when it is none of them. */
export function parseNetwork(text: string): Network | null {
  const [addressText, bitsText, ...more] = text.split('/');
  const address = parseAddress(addressText!);
  if (address === null || more.length > 0) return null;
  if (bitsText === undefined) return { address, prefixBits: address.length * 8 };
  if (!/^\d{1,3}$/.test(bitsText)) return null;
  // ::ffff:192.0.2.0/120 is 192.0.2.0/24
  const prefixBits = Number(bitsText) - (address.length === 4 && addressText!.includes(':') ? 96 : 0);
  return prefixBits >= 0 && prefixBits <= address.length * 8 ? { address, prefixBits } : null;
}

export function isWithin(address: Address, network: Network): boolean {
  if (address.length !== network.address.length) return false;
  return network.address.every((byte, index) => {
    const bits = Math.min(Math.max(network.prefixBits - 8 * index, 0), 8);
    return ((byte ^ address[index]!) & (0xff << (8 - bits)) & 0xff) === 0;
  });
}

/** The one way of writing an address (RFC 5952): two texts of one address are the same text. */
export function formatAddress(address: Address): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (address[2 * index]! << 8) | address[2 * index + 1]!);
  const zeros = longestZeros(groups);
  const write = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return zeros.length < 2 ? write(0, 8) : `${write(0, zeros.from)}::${write(zeros.from + zeros.length, 8)}`;
}

function parseIpv4(text: string): Address | null {
  const parts = text.split('.');
  // A leading zero is octal to some readers and decimal to others: it is no number here.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null;
  return parts.map(Number);
}

function parseIpv6(text: string): Address | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (head === null || head === undefined || tail === null) return null;
  if (tail === undefined) return head.length === 16 ? head : null;
  const missing = 16 - head.length - tail.length;
  return missing >= 2 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : null;
}

/** Bytes of `2001:db8`, or of `ffff:192.0.2.1` where an address may end so. */
function parseGroups(text: string, isEnd: boolean): Address | null {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes = groups.map((group, index) => {
    if (isEnd && index === groups.length - 1 && group.includes('.')) return parseIpv4(group);
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return bytes.includes(null) ? null : bytes.flatMap((group) => group!);
}

const isMappedIpv4 = (address: Address): boolean =>
  address.slice(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;

function longestZeros(groups: readonly number[]): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 };
  for (let from = 0; from < groups.length; from++) {
    let length = 0;
    while (groups[from + length] === 0) length++;
    if (length > best.length) best = { from, length };
  }
  return best;
}
