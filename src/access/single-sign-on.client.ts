import * as oidc from 'openid-client';
import { type Result, ok, refuse } from '../kernel/result.ts';

/** An identity provider of the company that runs the installation. */
export type SingleSignOnSettings = {
  /** Where it describes itself: `https://id.example.com/realms/staff` */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says. */
  readonly label: string;
};

/** What a sign-in is begun with, and has to come back with. */
export type SingleSignOnHeld = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

export type SingleSignOnRefusal = { readonly kind: 'not-recognised' | 'provider-away' };

export type SingleSignOn = {
  readonly label: string;
  /** Where the browser goes. @param returnTo the page of ours that it comes back to. */
  begin(
    returnTo: string,
  ): Promise<Result<{ readonly url: string; readonly held: SingleSignOnHeld }, SingleSignOnRefusal>>;
  /** Whom the provider vouches for, as a sign-in name: an e-mail address that it has verified. @param returned with all that it came back with. */
  finish(returned: string, held: SingleSignOnHeld): Promise<Result<string, SingleSignOnRefusal>>;
};

/**
 * OpenID Connect by the authorization code flow with PKCE. The provider is asked to describe itself when somebody first signs in by it: a
 * provider that is away keeps no service from starting.
 */
export function openSingleSignOn({ issuer, clientId, clientSecret, label }: SingleSignOnSettings): SingleSignOn {
  let found: Promise<oidc.Configuration> | null = null;
  const configuration = (): Promise<oidc.Configuration> => {
    // Settings take plain HTTP for this machine alone.
    const execute = issuer.startsWith('http://') ? [oidc.allowInsecureRequests] : [];
    found ??= oidc
      .discovery(new URL(issuer), clientId, clientSecret, undefined, { execute })
      .catch((error: unknown) => {
        found = null;
        throw error;
      });
    return found;
  };
  return {
    label,
    async begin(returnTo) {
      const provider = await configuration().catch(() => null);
      if (provider === null) return refuse({ kind: 'provider-away' });
      const held = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        codeVerifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(provider, {
        redirect_uri: returnTo,
        scope: 'openid email',
        state: held.state,
        nonce: held.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(held.codeVerifier),
        code_challenge_method: 'S256',
      });
      return ok({ url: url.href, held });
    },
    async finish(returned, { state, nonce, codeVerifier }) {
      const tokens = await oidc
        .authorizationCodeGrant(await configuration(), new URL(returned), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        })
        // Whatever was wrong with it, nobody was vouched for.
        .catch(() => null);
      const claims = tokens?.claims();
      const email = claims?.['email_verified'] === true ? claims['email'] : undefined;
      return typeof email === 'string' ? ok(email) : refuse({ kind: 'not-recognised' });
    },
  };
}
