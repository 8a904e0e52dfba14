import { MS_PER_MINUTE, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { findUser, spendState } from './credential.store.ts';
import { openState, sealState } from './sealed-state.ts';
import { type BegunSession, type EntranceParts, type SignInRefusal, begin } from './sign-in.store.ts';
import type { SingleSignOn, SingleSignOnRefusal } from './single-sign-on.client.ts';
import { findUserNamed } from './user.store.ts';
import { parseUserName } from './user.ts';

/** How long somebody may take at the provider. */
const STATE_MINUTES = 15;

/** Sends somebody to the provider. The state stays with the page that they left, and comes back by that page alone. */
export async function beginSingleSignOn(
  parts: EntranceParts,
  provider: SingleSignOn,
  { returnTo, now }: { readonly returnTo: string; readonly now: Date },
): Promise<Result<{ readonly url: string; readonly state: string }, SingleSignOnRefusal>> {
  const begun = await provider.begin(returnTo);
  if (!begun.ok) return begun;
  const { url, held } = begun.value;
  const expiresAt = later(now, STATE_MINUTES * MS_PER_MINUTE);
  return ok({ url, state: sealState(parts, 'single-sign-on', { ...held, returnTo }, expiresAt) });
}

export type SingleSignOnAttempt = {
  readonly state: string;
  /** What stood behind `?` in the address that the provider sent the browser back to. */
  readonly query: string;
  readonly now: Date;
};

/** Signs in whom the provider vouches for: somebody who was asked in under that e-mail address, and is not disabled. */
export async function signInBySingleSignOn(
  parts: EntranceParts,
  provider: SingleSignOn,
  { state, query, now }: SingleSignOnAttempt,
): Promise<Result<BegunSession, SignInRefusal>> {
  const { database, sha256 } = parts;
  const nobody = refuse<SignInRefusal>({ kind: 'not-recognised' });
  const held = openState(parts, 'single-sign-on', state, now);
  if (held === null) return nobody;
  const expiresAt = later(now, STATE_MINUTES * MS_PER_MINUTE);
  if (!(await spendState(database, { digest: sha256(state), expiresAt, now }))) return nobody;
  const vouched = await provider.finish(`${held['returnTo']!}?${query}`, {
    state: held['state']!,
    nonce: held['nonce']!,
    codeVerifier: held['codeVerifier']!,
  });
  const name = vouched.ok ? parseUserName(vouched.value) : null;
  const named = name === null ? null : await findUserNamed(database, name);
  const user = named === null ? null : await findUser(database, named.id);
  return user === null ? nobody : ok(await begin(parts, user, 'single-sign-on', now));
}
