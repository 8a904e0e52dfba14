import type { Account } from '../access/account.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { type InvitationText, type MessageRefusal, invitationText } from '../notification/sms/message.ts';
import { type SenderRefusal, parseSender } from '../notification/sms/sender.ts';
import { type Phone, type PhoneRefusal, parsePhone } from '../verification/phone.ts';
import type { Rehearsal } from '../verification/rehearsal.ts';
import type { NewVerification } from '../verification/service.ts';
import type { NewRequestBody } from './request.schema.ts';

type Refusal = { readonly kind: string };

/** The rules of the contract's own call that live in other rooms, handed in: what is asked for here is asked for there. */
export type RequestRules = {
  readonly parseNumber: (text: string | null) => Result<string | null, Refusal>;
  readonly parseSchedule: (
    text: string | null,
    now: Date,
  ) => Result<{ readonly sendAt: Date; readonly sendAtText: string | null }, Refusal>;
  readonly rehearsalFor: (phone: Phone, number: string | null) => Result<Rehearsal | null, Refusal>;
  /** The service's own message, for accounts that have none. */
  readonly usualMessage: (language: 'es' | 'en') => string;
  /** A link of the usual length. */
  readonly usualLink: string;
};

/** The field of the form that is to blame, and why. */
export type FieldRefusal = { readonly at: keyof NewRequestBody; readonly why: string };

/** The message as it would go out. What the account wrote as its own was checked when it was written. */
export function messageFor(
  { settings }: Account,
  message: string | undefined,
  { usualMessage, usualLink }: Pick<RequestRules, 'usualMessage' | 'usualLink'>,
): Result<InvitationText & { readonly template: string }, MessageRefusal> {
  const given = message === undefined || message.trim() === '' ? undefined : message;
  const template = given ?? settings.messageTemplate ?? usualMessage(settings.language);
  const text = invitationText({ template, link: usualLink, mayLink: settings.mayLink || given === undefined });
  return text.ok ? ok({ ...text.value, template }) : text;
}

/** What a request with a message of so many segments costs, hundredths of a credit. */
export const priceOf = ({ settings }: Account, segments: number): number =>
  settings.mode === 'test' ? 0 : settings.requestHundredths + settings.furtherSegmentHundredths * (segments - 1);

/** What was filled in, as the service takes it. */
export function newRequestOf(
  body: NewRequestBody,
  account: Account,
  { rules, now }: { readonly rules: RequestRules; readonly now: Date },
): Result<NewVerification, FieldRefusal> {
  const { settings } = account;
  const blank = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);
  const of = <Value>(
    at: FieldRefusal['at'],
    parsed: Result<Value, Refusal | PhoneRefusal | SenderRefusal | MessageRefusal>,
  ): Result<Value, FieldRefusal> => (parsed.ok ? parsed : refuse({ at, why: parsed.refusal.kind }));

  const phone = of('phone', parsePhone(body.phone, settings.countryCallingCode));
  if (!phone.ok) return phone;
  const ownSender = blank(body.sender);
  const sender =
    ownSender === null
      ? ok(settings.defaultSender)
      : of('sender', parseSender(ownSender, { allowList: settings.senders }));
  if (!sender.ok) return sender;
  const schedule = of('sendAt', rules.parseSchedule(blank(body.sendAt), now));
  if (!schedule.ok) return schedule;
  const number = of('requestedNumber', rules.parseNumber(blank(body.requestedNumber)));
  if (!number.ok) return number;
  const rehearsal = settings.mode === 'test' ? of('phone', rules.rehearsalFor(phone.value, number.value)) : ok(null);
  if (!rehearsal.ok) return rehearsal;
  const message = of('message', messageFor(account, body.message, rules));
  if (!message.ok) return message;
  return ok({
    phone: phone.value,
    sender: sender.value,
    messageTemplate: message.value.template,
    segments: message.value.segments,
    sendAt: schedule.value.sendAt,
    sendAtText: schedule.value.sendAtText,
    requestedNumber: number.value,
    reference: blank(body.reference),
    rehearsal: rehearsal.value,
  });
}
