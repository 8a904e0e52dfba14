import { z } from 'zod';
import type { OutgoingMessage } from './gateway.ts';
import { segmentsOf } from './segments.ts';

/** A message that nobody was texted, as it lies in the outbox. */
export const storedMessage = z.strictObject({
  reference: z.string().regex(/^[0-9a-z]{1,32}$/),
  at: z.iso.datetime(),
  to: z.string(),
  sender: z.string(),
  text: z.string(),
});
export type StoredMessage = z.infer<typeof storedMessage>;

/** What the outbox shows of a message. */
export type OutboxMessage = StoredMessage & {
  readonly link: string | null;
  readonly segments: number;
};

export const toStored = ({ reference, to, sender, text }: OutgoingMessage, at: Date): StoredMessage => ({
  ...{ reference, at: at.toISOString(), to, sender, text },
});

/** @param linkPrefix how the links of this installation begin, where a text may hold others; null: the first link there is. */
export const toShown = (stored: StoredMessage, linkPrefix: string | null): OutboxMessage => ({
  ...stored,
  link: linkIn(stored.text, linkPrefix),
  segments: segmentsOf(stored.text).parts.length,
});

/** The link in a text, without the full stop or bracket that a sentence puts after it. */
export function linkIn(text: string, linkPrefix: string | null): string | null {
  const links = [...text.matchAll(/https?:\/\/[^\s<>"«»]+/g)].map(([link]) => link.replace(/[.,;:!?)\]}'’»]+$/, ''));
  return links.find((link) => linkPrefix === null || link.startsWith(linkPrefix)) ?? null;
}
