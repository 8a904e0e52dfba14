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
  if (!template.isWellFormed() || FORBIDDEN.test(template)) return refuse({ kind: 'message-characters' });
  if (!mayLink && holdsLink(template.replace(KEYWORD, ' '))) return refuse({ kind: 'message-link' });
  const text = withLink(template, link);
  const { encoding, parts } = segmentsOf(text);
  if (parts.length > MAX_SEGMENTS)
    return refuse({ kind: 'message-too-long', segments: parts.length, maxSegments: MAX_SEGMENTS });
  return ok({ text, encoding, segments: parts.length });
}

const KEYWORD = /\[link\]/gi;

/** Controls besides tab and line ends, and the marks with which text is made to read in another order than it is written. */
const FORBIDDEN = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069]/u;

function withLink(template: string, link: string): string {
  if (template.search(KEYWORD) === -1) return `${template} ${link}`;
  return template.replace(KEYWORD, (keyword, at: number) => {
    const before = /[\p{L}\p{N}]$/u.test(template.slice(0, at)) ? ' ' : '';
    const after = /^(?:[\p{L}\p{N}/\\_=&?#%@+~-]|\[link\])/iu.test(template.slice(at + keyword.length)) ? ' ' : '';
    return `${before}${link}${after}`;
  });
}
