import { ok, refuse, type Result } from '../../kernel/result.ts';
import { holdsLink } from './links-in-text.ts';
import { segmentsOf, type SmsEncoding } from './segments.ts';

/** The longest invitation that is sent, in segments. */
export const MAX_SEGMENTS = 10;

export type InvitationText = {
  readonly text: string;
  readonly encoding: SmsEncoding;
  /** SMS that it travels in, each charged. */
  readonly segments: number;
};

export type MessageRefusal =
  | { readonly kind: 'message-missing' }
  /** Control characters, marks that turn the direction of writing, or halves of characters. */
  | { readonly kind: 'message-characters' }
  /** A link besides ours, in an account that may not send any. */
  | { readonly kind: 'message-link' }
  /** `segments`: at least so many. */
  | { readonly kind: 'message-too-long'; readonly segments: number; readonly maxSegments: number };

/**
 * The text of an invitation. `[LINK]`, in whatever case, is replaced wherever it stands; without it, a space and the link come at the end.
 * Between the link and a letter that would be read as part of it goes a space.
 * @param template what the account or the call wants to say.
 * @param link the applicant's link. For costing before there is one, any text of the same length in the same characters.
 * @param mayLink whether the account may send links besides ours.
 */
export function invitationText({
  template,
  link,
  mayLink,
}: {
  readonly template: string;
  readonly link: string;
  readonly mayLink: boolean;
}): Result<InvitationText, MessageRefusal> {
  if (template.trim() === '') return refuse({ kind: 'message-missing' });
  // No text is shorter than its template, so that nothing below works on more than fits into an SMS.
  const atLeast = Math.ceil(template.length / MOST_IN_A_SEGMENT);
  if (atLeast > MAX_SEGMENTS) return refuse({ kind: 'message-too-long', segments: atLeast, maxSegments: MAX_SEGMENTS });
  if (!template.isWellFormed() || FORBIDDEN.test(template)) return refuse({ kind: 'message-characters' });
  if (!mayLink && holdsLink(template.replace(KEYWORD, ' '))) return refuse({ kind: 'message-link' });
  const text = withLink(template, link);
  const { encoding, parts } = segmentsOf(text);
  if (parts.length > MAX_SEGMENTS)
    return refuse({ kind: 'message-too-long', segments: parts.length, maxSegments: MAX_SEGMENTS });
  return ok({ text, encoding, segments: parts.length });
}

/** Septets in a part of a long message: no character is shorter. */
const MOST_IN_A_SEGMENT = 153;

const KEYWORD = /\[link\]/gi;

/** Controls besides tab and line ends, and the marks with which text is made to read in another order than it is written. */
const FORBIDDEN = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069]/u;

function withLink(template: string, link: string): string {
  if (template.search(KEYWORD) === -1) return `${template} ${link}`;
  return template.replace(KEYWORD, (keyword, at: number) => {
    const end = at + keyword.length;
    const before = /[\p{L}\p{N}]$/u.test(template.slice(Math.max(0, at - 2), at)) ? ' ' : '';
    const after = /^(?:[\p{L}\p{N}/\\_=&?#%@+~-]|\[link\])/iu.test(template.slice(end, end + 6)) ? ' ' : '';
    return `${before}${link}${after}`;
  });
}
