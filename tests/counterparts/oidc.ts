import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type OidcPerson = { email: string; email_verified: boolean };

type Asked = { readonly nonce: string; readonly challenge: string; readonly returnTo: string };

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A small OpenID provider: one client, whoever comes is the person that it is told. Codes are good once and only with their verifier. */
export class OidcProvider {
  readonly clientId = 'cotejo';
  readonly clientSecret = 'un secreto con ñ y: dos puntos';
  person: OidcPerson = { email: 'nadie@ejemplo.es', email_verified: true };
  /** What it puts into its tokens in the place of what belongs there. */
  claims: Readonly<Record<string, unknown>> = {};
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #asked = new Map<string, Asked>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url!, this.issuer);
      const answer = (status: number, body: object, headers = {}): void =>
        void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      if (url.pathname === '/.well-known/openid-configuration') return answer(200, this.#description());
      if (url.pathname === '/jwks') {
        const jwk = this.#key.publicKey.export({ format: 'jwk' });
        return answer(200, { keys: [{ ...jwk, kid: '1', alg: 'RS256', use: 'sig' }] });
      }
      if (url.pathname === '/authorize') return answer(302, {}, { location: this.#authorize(url.searchParams) });
      if (url.pathname !== '/token') return answer(404, {});
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const tokens = this.#exchange(new URLSearchParams(body), request.headers.authorization);
        answer(tokens === null ? 400 : 200, tokens ?? { error: 'invalid_grant' });
      });
      return undefined;
    });
  }

  static async start(): Promise<OidcProvider> {
    const provider = new OidcProvider();
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #description(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    };
  }

  #authorize(parameters: URLSearchParams): string {
    const code = randomBytes(16).toString('hex');
    const returnTo = parameters.get('redirect_uri')!;
    this.#asked.set(code, {
      nonce: parameters.get('nonce')!,
      challenge: parameters.get('code_challenge')!,
      returnTo,
    });
    const back = new URL(returnTo);
    back.searchParams.set('code', code);
    back.searchParams.set('state', parameters.get('state')!);
    return back.href;
  }

  #exchange(parameters: URLSearchParams, authorization: string | undefined): object | null {
    const asked = this.#asked.get(parameters.get('code') ?? '');
    this.#asked.delete(parameters.get('code') ?? '');
    const verifier = parameters.get('code_verifier') ?? '';
    const isRight =
      asked !== undefined &&
      asked.returnTo === parameters.get('redirect_uri') &&
      createHash('sha256').update(verifier).digest('base64url') === asked.challenge &&
      this.#isOurClient(parameters, authorization);
    if (!isRight) return null;
    const now = Math.floor(Date.now() / 1000);
    const head = base64url({ alg: 'RS256', kid: '1' });
    const body = base64url({
      iss: this.issuer,
      aud: this.clientId,
      sub: createHash('sha256').update(this.person.email).digest('hex'),
      iat: now,
      exp: now + 60,
      nonce: asked.nonce,
      ...this.person,
      ...this.claims,
    });
    const signature = createSign('sha256').update(`${head}.${body}`).sign(this.#key.privateKey).toString('base64url');
    return { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: `${head}.${body}.${signature}` };
  }

  /** `client_secret_post` or `client_secret_basic` (RFC 6749, section 2.3.1). */
  #isOurClient(parameters: URLSearchParams, authorization: string | undefined): boolean {
    if (authorization === undefined)
      return parameters.get('client_id') === this.clientId && parameters.get('client_secret') === this.clientSecret;
    const decoded = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8');
    const [id, secret] = decoded.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    return id === this.clientId && secret === this.clientSecret;
  }
}
