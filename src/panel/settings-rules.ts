import type { Account, AccountSettings } from '../access/account.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { invitationText } from '../notification/sms/message.ts';
import { parseSender } from '../notification/sms/sender.ts';
import { MOST_LOGO_BYTES, type OwnSettings, type SettingRefusal } from './settings.schema.ts';

export type SettingRefused = { readonly at: keyof OwnSettings; readonly why: SettingRefusal };

/** A link of the usual length, to see whether a message has room for one. */
const SAMPLE_LINK = `https://identidad.example.com/i/${'x'.repeat(40)}`;

export type SettingTools = {
  /** The kind of picture that bytes are, by their content; null: none that browsers are sent. */
  readonly pictureOf: (bytes: Uint8Array) => 'png' | 'jpeg' | 'webp' | null;
};

/** What an account asks to change, as it is kept; or the first of it that cannot be. Shapes are right already. */
export function checkSettings(
  asked: Partial<OwnSettings>,
  { settings }: Account,
  { pictureOf }: SettingTools,
): Result<Partial<AccountSettings>, SettingRefused> {
  const changes: Record<string, unknown> = { ...asked };
  if (asked.senders !== undefined && asked.senders !== null) {
    const senders = asked.senders.map((sender) => parseSender(sender, { allowList: null }));
    for (const sender of senders) if (!sender.ok) return refuse({ at: 'senders', why: sender.refusal.kind });
    changes['senders'] = [...new Set(senders.map((sender) => (sender.ok ? sender.value : '')))];
  }
  if (asked.defaultSender !== undefined || asked.senders !== undefined) {
    const allowList = asked.senders === undefined ? settings.senders : asked.senders;
    const sender = parseSender(asked.defaultSender ?? settings.defaultSender, { allowList });
    if (!sender.ok) return refuse({ at: 'defaultSender', why: sender.refusal.kind });
    changes['defaultSender'] = sender.value;
  }
  if (asked.messageTemplate !== undefined && asked.messageTemplate !== null) {
    const { mayLink } = settings;
    const text = invitationText({ template: asked.messageTemplate, link: SAMPLE_LINK, mayLink });
    if (!text.ok) return refuse({ at: 'messageTemplate', why: text.refusal.kind });
  }
  if (asked.logo !== undefined && asked.logo !== null) {
    const logo = checkLogo(asked.logo, pictureOf);
    if (!logo.ok) return refuse({ at: 'logo', why: logo.refusal });
    changes['logo'] = logo.value;
  }
  return ok(changes as Partial<AccountSettings>);
}

/** The picture's own kind stands in its address, whatever was claimed. */
function checkLogo(
  address: string,
  pictureOf: SettingTools['pictureOf'],
): Result<string, 'not-a-picture' | 'too-large'> {
  const base64 = /^data:image\/[a-z]{3,5};base64,([A-Za-z0-9+/]+={0,2})$/.exec(address)?.[1];
  if (base64 === undefined || base64.length % 4 !== 0) return refuse('not-a-picture');
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (bytes.length > MOST_LOGO_BYTES) return refuse('too-large');
  const kind = pictureOf(bytes);
  return kind === null ? refuse('not-a-picture') : ok(`data:image/${kind};base64,${base64}`);
}

const MOST_TOLD_CHARACTERS = 200;

/** What an audit entry says of a change: each setting as it is now and as it was. A picture is only said to be one. */
export function toldOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const told = (name: string, value: unknown): string => {
    if (name === 'logo') return value === null ? 'none' : 'a picture';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MOST_TOLD_CHARACTERS ? `${text.slice(0, MOST_TOLD_CHARACTERS)}…` : text;
  };
  return Object.fromEntries(
    Object.keys(after)
      .filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
      .flatMap((name) => [
        [name, told(name, after[name])],
        [`${name} before`, told(name, before[name])],
      ]),
  );
}
