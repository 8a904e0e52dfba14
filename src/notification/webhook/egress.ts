import type { Result } from '../../kernel/result.ts';
import type { EgressRefusal } from './egress-rules.ts';
import type { Endpoint } from './endpoint-url.ts';

export type EgressRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** What came back. A status is an answer, whichever it is. */
export type EgressReply = {
  readonly status: number;
  /** As sent: seconds or a date. */
  readonly retryAfter: string | null;
  /** The beginning, as it came: nothing is unpacked. */
  readonly body: string;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
};

/** No address is known for a name, now. */
export type NameTrouble = { readonly kind: 'name-unresolved'; readonly code: string };

/** Why there is no answer. Another time there may be one. */
export type EgressTrouble =
  | NameTrouble
  | { readonly kind: 'not-connected'; readonly code: string }
  /** The certificate is not for this name, not valid, or not by an authority that is known. */
  | { readonly kind: 'not-secure'; readonly code: string }
  | { readonly kind: 'timeout' }
  /** The request was or may have been sent, and no status came. */
  | { readonly kind: 'no-answer'; readonly code: string }
  /** Not tried: the host has as many requests as it may have. */
  | { readonly kind: 'host-busy'; readonly againMs: number };

export type Egress = {
  /** Whether a URL would be called, found out in the way in which it is called: for when it is saved. */
  checkEndpoint(url: string): Promise<Result<Endpoint, EgressRefusal | NameTrouble>>;
  /** Posts once. Redirects are answers like others. Never throws for what a receiver does. */
  post(request: EgressRequest): Promise<Result<EgressReply, EgressRefusal | EgressTrouble>>;
  close(): Promise<void>;
};
