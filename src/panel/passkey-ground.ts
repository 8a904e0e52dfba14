/** The name that passkeys of a page belong to; null where it has an address only, which they cannot belong to. */
export function relyingPartyOf(origin: string): string | null {
  if (!URL.canParse(origin)) return null;
  const { hostname } = new URL(origin);
  return /^[\d.]+$/.test(hostname) || hostname.startsWith('[') ? null : hostname;
}
