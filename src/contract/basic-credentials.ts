/** What a caller says it is. */
export type Credentials = { readonly apiUser: string; readonly apiToken: string };

/** What a header without credentials amounts to: a caller that no account has. */
const nobody: Credentials = { apiUser: '', apiToken: '' };

/**
 * User and token of an `Authorization: Basic …` header. A header that is missing or unreadable is nobody's, and goes the way of
 * wrong credentials from there on.
 * Source: RFC 7617.
 */
export function basicCredentials(header: string | undefined): Credentials {
  const encoded = /^basic +([a-z0-9+/_-]{1,1024}={0,2}) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return nobody;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? nobody : { apiUser: pair.slice(0, colon), apiToken: pair.slice(colon + 1) };
}
