import type { DrawInteger } from '../kernel/id.ts';

/** Crockford's base 32: no letter passes for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 12;
const GROUP = 4;
export const RECOVERY_CODES = 10;

/** 60 bits in groups of four: `7Q4M-0KXT-9HBE`. */
export function newRecoveryCode(draw: DrawInteger): string {
  const characters = Array.from({ length: CHARACTERS }, () => ALPHABET[draw(0, ALPHABET.length - 1)]!);
  return [0, 1, 2].map((group) => characters.slice(group * GROUP, (group + 1) * GROUP).join('')).join('-');
}

/** A recovery code as somebody typed it from paper, in the one way that is hashed; null when it cannot be one. */
export function parseRecoveryCode(text: string): string | null {
  const code = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return code.length === CHARACTERS && [...code].every((character) => ALPHABET.includes(character)) ? code : null;
}
