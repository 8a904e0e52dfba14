import { ok, refuse, type Result } from '../../kernel/result.ts';

declare const sender: unique symbol;

/** Who an SMS says it is from: up to 11 letters, digits, spaces or underscores, or up to 15 digits. */
export type Sender = string & { readonly [sender]: true };

export type SenderRefusal =
  | { readonly kind: 'sender-missing' }
  /** A letter that is not one of A–Z and a–z, such as a look-alike of another script, or a sign. */
  | { readonly kind: 'sender-characters' }
  | { readonly kind: 'sender-too-long'; readonly length: number; readonly maxLength: number }
  | { readonly kind: 'sender-not-allowed' };

const MAX_NAME_LENGTH = 11;
const MAX_NUMBER_LENGTH = 15;

/**
 * A sender as a company asks for it; never shortened, because a shortened name is another name.
 * @param allowList the account's registered senders, capital letters or not; null: every well-formed one.
 * Source: 3GPP TS 23.040, section 9.1.2.5 (11 characters in an alphanumeric address); E.164 (15 digits).
 */
export function parseSender(
  text: string,
  { allowList }: { readonly allowList: readonly string[] | null },
): Result<Sender, SenderRefusal> {
  const name = text.trim();
  if (name === '') return refuse({ kind: 'sender-missing' });
  if (!/^[A-Za-z0-9 _]+$/.test(name)) return refuse({ kind: 'sender-characters' });
  const maxLength = isNumber(name) ? MAX_NUMBER_LENGTH : MAX_NAME_LENGTH;
  if (name.length > maxLength) return refuse({ kind: 'sender-too-long', length: name.length, maxLength });
  if (allowList !== null && !allowList.some((allowed) => allowed.toLowerCase() === name.toLowerCase()))
    return refuse({ kind: 'sender-not-allowed' });
  return ok(name as Sender);
}

export type SenderKind = 'name' | 'number' | 'short-code';

/** How networks address a sender: a name, a telephone number, or one of the few-digit numbers that only carriers give out. */
export const senderKindOf = (sender: Sender): SenderKind =>
  !isNumber(sender) ? 'name' : sender.length <= 6 ? 'short-code' : 'number';

const isNumber = (text: string): boolean => /^[0-9]+$/.test(text);
