import { z } from 'zod';

/** What is handed to a browser and comes back: sealed, so that nobody reads or makes it, for one purpose, and for a time. */
export type StateSeal = {
  readonly seal: (text: string) => Uint8Array;
  /** @throws Error when the bytes were not sealed under this key. */
  readonly unseal: (sealed: Uint8Array) => string;
};

const sealed = z.object({ purpose: z.string(), expiresAtMs: z.number(), held: z.record(z.string(), z.string()) });

export type StatePurpose = 'passkey-sign-in' | 'passkey-new' | 'authenticator-new' | 'single-sign-on';

export const sealState = (
  { seal }: StateSeal,
  purpose: StatePurpose,
  held: Readonly<Record<string, string>>,
  expiresAt: Date,
): string => toBase64Url(seal(JSON.stringify({ purpose, expiresAtMs: expiresAt.getTime(), held })));

/** What was handed out for this purpose and still counts; null for anything else. */
export function openState(
  { unseal }: StateSeal,
  purpose: StatePurpose,
  state: string,
  now: Date,
): Readonly<Record<string, string>> | null {
  const bytes = fromBase64Url(state);
  if (bytes === null) return null;
  let text: string;
  try {
    text = unseal(bytes);
  } catch {
    return null;
  }
  const parsed = sealed.safeParse(JSON.parse(text));
  if (!parsed.success || parsed.data.purpose !== purpose || parsed.data.expiresAtMs <= now.getTime()) return null;
  return parsed.data.held;
}

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

/** A sealed text has at least what seals it: 28 bytes. */
function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]{40,}$/.test(text) || text.length % 4 === 1) return null;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}
