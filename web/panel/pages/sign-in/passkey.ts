import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type { z } from 'zod';
import {
  type SignedInAnswer,
  type webAuthnOptions,
  passkeyOptionsAnswer,
  signedInAnswer,
} from '../../../../src/panel/session-protocol.schema.ts';
import { CallFailed, call } from '../../api.ts';

type Options = z.infer<typeof webAuthnOptions>;

/** The options travel as WebAuthn's JSON has them; the service made them by the same library, so they are not looked into here. */
const asRequest = (options: Options): PublicKeyCredentialRequestOptionsJSON =>
  options as unknown as PublicKeyCredentialRequestOptionsJSON;
const asCreation = (options: Options): PublicKeyCredentialCreationOptionsJSON =>
  options as unknown as PublicKeyCredentialCreationOptionsJSON;

/** The browser says only that it came to nothing: refused, given up, or no passkey there. That is like one that was not recognised. */
const refused = (error: unknown): never => {
  throw new CallFailed({ problem: 'not-recognised' }, error);
};

/** Asks for a passkey of this service. @throws CallFailed */
export async function signInByPasskey(): Promise<SignedInAnswer> {
  const { options, state } = await call('session/passkey-options', {
    method: 'POST',
    body: {},
    answer: passkeyOptionsAnswer,
  });
  const response = await startAuthentication({ optionsJSON: asRequest(options) }).catch(refused);
  return call('session/passkey', { method: 'POST', body: { state, response }, answer: signedInAnswer });
}

/** Has the browser make a passkey. @returns what the service is to be sent. @throws CallFailed */
export async function makePasskey(options: Options): Promise<unknown> {
  return startRegistration({ optionsJSON: asCreation(options) }).catch(refused);
}
