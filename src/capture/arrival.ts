/** What a browser says of where a call comes from, as far as it says it. */
export type Arrival = {
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
};

/**
 * Whether a call can be of our own page. Browsers say so in `Sec-Fetch-Site`; older ones name the page in `Origin`; what is no browser says
 * neither, and nobody's cookies travel with it.
 */
export function isOfOurPage({ secFetchSite, origin, host }: Arrival): boolean {
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin';
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

const COOKIE = 'cotejo-device';

/** The device's key in a `Cookie` header; null where there is none that can be one. */
export function deviceKeyOf(cookies: string | undefined): string | null {
  for (const pair of (cookies ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}

/**
 * The cookie that names a device to one link.
 * @param key 256 bits, base64url.
 */
export const deviceCookie = (
  key: string,
  {
    token,
    maxAgeSeconds,
    isHttps,
  }: { readonly token: string; readonly maxAgeSeconds: number; readonly isHttps: boolean },
): string =>
  `${COOKIE}=${key}; Path=/i/${token}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${isHttps ? '; Secure' : ''}`;
