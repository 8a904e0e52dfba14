import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Passkey } from './credential.store.ts';
import type { User, UserId } from './user.ts';

/** Where passkeys are of: the page's address and its host name, which must be a name. */
export type PasskeyGround = { readonly origin: string; readonly relyingPartyId: string };

/** What the browser is asked, as WebAuthn's JSON has it. */
export type WebAuthnOptions = { readonly challenge: string } & Readonly<Record<string, unknown>>;
/** What it answered. */
export type WebAuthnResponse = { readonly id: string } & Readonly<Record<string, unknown>>;

const TIMEOUT_MS = 300_000;

/** EdDSA, ES256 and RS256: what authenticators have. Others would depend on what this Node.js can do. */
const ALGORITHMS = [-8, -7, -257];

/** Asks for a passkey that this person does not have yet, kept on the device with their ID, and opened by finger, face or PIN. */
export const newPasskeyOptions = async (
  { relyingPartyId }: PasskeyGround,
  user: User,
  had: readonly Passkey[],
): Promise<WebAuthnOptions> => ({
  ...(await generateRegistrationOptions({
    rpName: 'Cotejo',
    rpID: relyingPartyId,
    userName: user.name,
    userDisplayName: user.name,
    userID: Uint8Array.from(Buffer.from(user.id)),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: had.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })),
});

/** The passkey that was made; null when the answer is not to this challenge, from this page, by somebody who was verified. */
export async function readNewPasskey(
  { origin, relyingPartyId }: PasskeyGround,
  challenge: string,
  response: WebAuthnResponse,
): Promise<Pick<Passkey, 'credentialId' | 'publicKey' | 'signatureCount' | 'transports'> | null> {
  const verified = await verifyRegistrationResponse({
    response: response as unknown as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null);
  if (verified?.verified !== true) return null;
  const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential;
  return { credentialId: id, publicKey, signatureCount: counter, transports: transports.map(String) };
}

/** Asks for any passkey of this page: the browser shows whose it has, the service says nothing of who there is. */
export const signInOptions = async ({ relyingPartyId }: PasskeyGround): Promise<WebAuthnOptions> => ({
  ...(await generateAuthenticationOptions({
    rpID: relyingPartyId,
    timeout: TIMEOUT_MS,
    userVerification: 'required',
  })),
});

/** Who the answer says it is: the ID that the passkey keeps. Not proved yet. */
export function claimedUserOf(response: WebAuthnResponse): UserId | null {
  const handle = (response['response'] as { userHandle?: unknown } | undefined)?.userHandle;
  const text = typeof handle === 'string' ? Buffer.from(handle, 'base64url').toString('latin1') : '';
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? (text as UserId) : null;
}

/** How often the passkey was used by now; null when the answer is not its own, to this challenge, from this page. */
export async function readSignIn(
  { origin, relyingPartyId }: PasskeyGround,
  challenge: string,
  { response, passkey }: { readonly response: WebAuthnResponse; readonly passkey: Passkey },
): Promise<number | null> {
  const verified = await verifyAuthenticationResponse({
    response: response as unknown as AuthenticationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId,
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: Uint8Array.from(passkey.publicKey),
      counter: passkey.signatureCount,
      transports: [...passkey.transports],
    },
  }).catch(() => null);
  return verified?.verified === true ? verified.authenticationInfo.newCounter : null;
}
