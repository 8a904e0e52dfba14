import { type Result, ok, refuse } from '../kernel/result.ts';

/** NIST SP 800-63B-4, section 3.1.1.2, asks for 8 beside a second factor; no rules about kinds of characters, and none about age. */
export const LEAST_PASSWORD_CHARACTERS = 12;
const MOST_PASSWORD_CHARACTERS = 256;
const LEAST_DIFFERENT_CHARACTERS = 5;
/** How much of a password may be a name that everybody knows. */
const LEAST_BESIDE_NAME = 8;

export type PasswordRuleRefusal = { readonly kind: 'too-short' | 'too-long' | 'too-simple' | 'is-the-name' };

/** Whether a password can be taken: long enough, not one thing over and over, not the name with a little around it. */
export function checkPassword(password: string, userName: string): Result<string, PasswordRuleRefusal> {
  const characters = [...password.normalize('NFC')];
  if (characters.length < LEAST_PASSWORD_CHARACTERS) return refuse({ kind: 'too-short' });
  if (characters.length > MOST_PASSWORD_CHARACTERS) return refuse({ kind: 'too-long' });
  const lower = password.normalize('NFC').toLowerCase();
  if (new Set(lower).size < LEAST_DIFFERENT_CHARACTERS || isRun(lower)) return refuse({ kind: 'too-simple' });
  const names = [userName, userName.split('@')[0]!, 'cotejo'].filter((name) => name.length >= 3);
  if (names.some((name) => lower.includes(name) && lower.replaceAll(name, '').length < LEAST_BESIDE_NAME))
    return refuse({ kind: 'is-the-name' });
  return ok(password);
}

/** `abcdefghijkl`, `210987654321`, `qwertyuiop`: each character next to the one before it, along an alphabet or a keyboard. */
function isRun(text: string): boolean {
  const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
  const isNext = (a: string, b: string): boolean => rows.some((row) => row.includes(a + b) || row.includes(b + a));
  const steps = [...text].slice(1).filter((character, at) => isNext(text[at]!, character)).length;
  return steps >= text.length - 3;
}
