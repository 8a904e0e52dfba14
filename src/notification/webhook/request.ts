import { encodeBody, type BodyEncoding, type BodyValue } from './body.ts';
import type { EgressRequest } from './egress.ts';
import { signatureHeaders, type HmacSha256, type SigningSecret } from './signature.ts';

/** How a receiver wants to be called. */
export type ReceiverSettings = {
  readonly url: string;
  readonly encoding: BodyEncoding;
  /** Basic authentication as the contract has it; null: none. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
  /** The one that signs; two while they are being changed; none where the receiver wants none. */
  readonly secrets: readonly SigningSecret[];
};

export type Attempt = {
  /** Of the delivery, the same in every attempt. */
  readonly id: string;
  /** From 1. */
  readonly number: number;
  readonly at: Date;
};

/** One attempt at telling a receiver of a change, to the last byte. What we add to the contract is in headers: its body is untouched. */
export function callbackRequest(
  receiver: ReceiverSettings,
  fields: Readonly<Record<string, BodyValue>>,
  attempt: Attempt,
  hmacSha256: HmacSha256,
): EgressRequest {
  const { contentType, bytes } = encodeBody(fields, receiver.encoding);
  const { credentials, secrets } = receiver;
  const signed = { id: attempt.id, at: attempt.at, body: bytes };
  return {
    url: receiver.url,
    headers: {
      ...(credentials === null ? {} : { authorization: basic(credentials) }),
      'content-type': contentType,
      'user-agent': 'Cotejo',
      ...(secrets.length === 0 ? { 'webhook-id': attempt.id } : signatureHeaders(signed, secrets, hmacSha256)),
      'webhook-attempt': String(attempt.number),
    },
    body: bytes,
  };
}

/** Source: RFC 7617, with UTF-8. */
const basic = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
