import { X509Certificate } from 'node:crypto';
import type { Bytes } from '../kernel/der.ts';
import { readFirst } from '../kernel/der-reader.ts';
import { signatureRanges } from './signature-ranges.ts';
import { readToken } from './time-stamp-token.client.ts';

export type LastTimeStamp = {
  readonly token: Bytes;
  readonly at: Date;
  /** When the authority's certificate ends: a further time-stamp must stand before. */
  readonly renewBefore: Date;
};

/** The last time-stamp over a file that holds; null: there is none. Nothing is checked here. */
export function lastTimeStamp(pdf: Uint8Array): LastTimeStamp | null {
  const range = signatureRanges(pdf).at(-1);
  if (range === undefined || typeof range === 'string' || range.subFilter !== 'ETSI.RFC3161') return null;
  const token = readFirst(range.contents).whole;
  const { at, certificate } = readToken(token);
  return certificate === null ? null : { token, at, renewBefore: new X509Certificate(certificate).validToDate };
}
