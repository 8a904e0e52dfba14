import { createHmac } from 'node:crypto';

/** What came back. */
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Its JSON. */
  readonly json: Record<string, unknown>;
};

export type Wish = {
  readonly body?: unknown;
  /** Headers in the place of what our own page sends; null: without that one. */
  readonly headers?: Readonly<Record<string, string | null>>;
};

/** A browser as far as the panel's calls see it: it keeps the cookie, says where its page is from, and asks under `/panel/api/`. */
export class BrowserHere {
  readonly url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.url = url;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  forget(): void {
    this.#cookies.clear();
  }

  async call(method: string, path: string, { body, headers = {} }: Wish = {}): Promise<Reply> {
    const usual: Record<string, string | null> = {
      'sec-fetch-site': 'same-origin',
      ...(method === 'GET' ? {} : { origin: this.url, 'x-cotejo-panel': '1' }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(this.cookie === '' ? {} : { cookie: this.cookie }),
      ...headers,
    };
    const response = await fetch(`${this.url}${path.startsWith('/') ? path : `/panel/api/${path}`}`, {
      method,
      headers: Object.fromEntries(Object.entries(usual).filter((pair): pair is [string, string] => pair[1] !== null)),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair] = set.split(';');
      const [name, value] = pair!.split('=') as [string, string];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const text = await response.text();
    let json: unknown = {};
    if (response.headers.get('content-type')?.startsWith('application/json') === true) json = JSON.parse(text);
    return { status: response.status, headers: response.headers, text, json: json as Record<string, unknown> };
  }

  get = (path: string, wish?: Wish): Promise<Reply> => this.call('GET', path, wish);
  post = (path: string, body: unknown = {}, wish: Wish = {}): Promise<Reply> =>
    this.call('POST', path, { body, ...wish });
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows: RFC 6238 with RFC 4226's truncation, written out. @param secret base32. */
export function totpCode(secret: string, at: Date): string {
  const bits = [...secret].map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = digest.at(-1)! & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
