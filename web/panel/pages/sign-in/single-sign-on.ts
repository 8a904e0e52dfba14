import {
  type SignedInAnswer,
  signedInAnswer,
  singleSignOnAnswer,
} from '../../../../src/panel/session-protocol.schema.ts';
import { CallFailed, call } from '../../api.ts';

/** What the service gave along for the way back, for this window alone. */
const KEPT = 'cotejo single sign-on';

/** Leaves for the company's own sign-in. @throws CallFailed */
export async function leaveForSingleSignOn(): Promise<void> {
  const { url, state } = await call('session/single-sign-on/begin', {
    method: 'POST',
    body: {},
    answer: singleSignOnAnswer,
  });
  sessionStorage.setItem(KEPT, state);
  location.assign(url);
}

/**
 * Comes back from there. What was kept is good for one return.
 * @param search the address from its question mark on. @throws CallFailed
 */
export async function comeBack(search: string): Promise<SignedInAnswer> {
  const state = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (state === null || search.length < 2) throw new CallFailed({ problem: 'not-recognised' });
  return call('session/single-sign-on', {
    method: 'POST',
    body: { state, query: search.slice(1) },
    answer: signedInAnswer,
  });
}
