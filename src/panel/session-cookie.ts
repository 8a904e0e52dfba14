const SECURE_NAME = '__Host-cotejo-panel';
/** Another name than the secure one's: what was set without encryption is never taken for what was set with it. */
const LOCAL_NAME = 'cotejo-panel-local';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** How the cookie is kept: `secure` by HTTPS; `local` by plain HTTP on this machine, for trying out. */
export type CookieGround = 'secure' | 'local';

const nameOf = (ground: CookieGround): string => (ground === 'secure' ? SECURE_NAME : LOCAL_NAME);

/** The session's token in a `Cookie` header; null where there is none that can be one, or more than one. */
export function sessionTokenOf(cookies: string | undefined, ground: CookieGround): string | null {
  const found = (cookies ?? '')
    .split(';')
    .map((pair) => pair.trim().split('=', 2))
    .filter(([name]) => name === nameOf(ground))
    .map(([, value]) => value ?? '');
  return found.length === 1 && TOKEN.test(found[0]!) ? found[0]! : null;
}

const attributesOf = (ground: CookieGround): string =>
  `Path=/; HttpOnly; SameSite=Strict${ground === 'secure' ? '; Secure' : ''}`;

/** Ends with the browser at the latest; the service ends it before, by its own clock. @param token 256 bits, base64url. */
export const sessionCookie = (token: string, ground: CookieGround): string =>
  `${nameOf(ground)}=${token}; ${attributesOf(ground)}`;

export const endedCookie = (ground: CookieGround): string => `${nameOf(ground)}=; Max-Age=0; ${attributesOf(ground)}`;
