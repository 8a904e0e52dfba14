import { type AccountId, parseAccountId } from '../kernel/id.ts';

/**
 * [Note: Links]
 * What an applicant holds is a link with a token of 29 letters and digits: 136 bits of chance behind the account's number, so that the one
 * look-up it takes stays within that account. The database keeps its SHA-256 only. A link belongs to one round of one verification and runs out;
 * when something is to be taken again, it is dead from that moment on.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
const TOKEN_LENGTH = 29;
export const LINK_CHANCE_BYTES = 17;
const CHANCE_BITS = BigInt(LINK_CHANCE_BYTES * 8);

/** @param chance 17 bytes from the system's generator. */
export function linkToken(accountId: AccountId, chance: Uint8Array): string {
  if (chance.length !== LINK_CHANCE_BYTES) throw new RangeError(`a link takes ${LINK_CHANCE_BYTES} bytes of chance`);
  let rest = BigInt(accountId);
  for (const byte of chance) rest = (rest << 8n) | BigInt(byte);
  let token = '';
  for (let place = 0; place < TOKEN_LENGTH; place += 1) {
    token = ALPHABET[Number(rest % BASE)]! + token;
    rest /= BASE;
  }
  return token;
}

/** The account inside a token, or null for what cannot be one. */
export function accountOfLink(token: string): AccountId | null {
  if (token.length !== TOKEN_LENGTH) return null;
  let number = 0n;
  for (const character of token) {
    const digit = ALPHABET.indexOf(character);
    if (digit === -1) return null;
    number = number * BASE + BigInt(digit);
  }
  const parsed = parseAccountId(String(number >> CHANCE_BITS));
  return parsed.ok ? parsed.value : null;
}

/** The address that goes into the message. */
export const linkUrl = (publicUrl: string, token: string): string => `${publicUrl}/i/${token}`;

/** A link as long as any: for counting segments before there is one. */
export const usualLink = (publicUrl: string): string => linkUrl(publicUrl, 'x'.repeat(TOKEN_LENGTH));
