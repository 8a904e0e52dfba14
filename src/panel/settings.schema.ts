import { z } from 'zod';
import { accountFunctions, accountStates, deciders, envelopes, modes } from '../access/account.ts';
import { userLanguages } from '../access/user.ts';

/** Bounds that the pages and the command line share. */
export const MOST_NOTE_CHARACTERS = 1000;
export const MOST_LOGO_BYTES = 64_000;
export const MOST_EVIDENCE_DAYS = 36_525;
export const MOST_LINK_HOURS = 8760;
export const COLOUR = /^#[0-9a-f]{6}$/i;

const note = z.string().trim().min(1).max(MOST_NOTE_CHARACTERS).nullable();
const days = z.int().min(1).max(MOST_EVIDENCE_DAYS);
/** Base 64 of the largest logo, and what stands before it. */
const LOGO_CHARACTERS = Math.ceil(MOST_LOGO_BYTES / 3) * 4 + 40;

/** What an account says of itself and may change by itself, in the panel. Meanings: `AccountSettings`. */
export const ownSettings = z.strictObject({
  envelope: z.enum(envelopes),
  strictHttp: z.boolean(),
  /** null: any well-formed one. */
  senders: z.array(z.string().max(40)).max(100).nullable(),
  defaultSender: z.string().max(40),
  messageTemplate: z.string().max(2000).nullable(),
  countryCallingCode: z.string().regex(/^[1-9]\d{0,2}$/),
  language: z.enum(userLanguages),
  linkLifetimeHours: z.int().min(1).max(MOST_LINK_HOURS),
  asksPlace: z.boolean(),
  mayFilmOnLaptop: z.boolean(),
  flashes: z.boolean(),
  measuresAppearance: z.boolean(),
  decides: z.enum(deciders),
  evidenceDays: days,
  refusedEvidenceDays: days.nullable(),
  certificateDays: days,
  accentColour: z.string().regex(COLOUR).toLowerCase().nullable(),
  /** `data:image/png;base64,…`, or JPEG or WebP: at most 64 kB of picture. */
  logo: z.string().max(LOGO_CHARACTERS).nullable(),
  purpose: note,
  alternative: note,
  privacyContact: note,
  privacyUrl: z
    .url({ protocol: /^https$/ })
    .max(MOST_NOTE_CHARACTERS)
    .nullable(),
});
export type OwnSettings = z.infer<typeof ownSettings>;

/** What is agreed with the installer, who alone changes it. Prices in hundredths of a credit. */
export const accountTerms = z.strictObject({
  state: z.enum(accountStates),
  mode: z.enum(modes),
  functions: z.array(z.enum(accountFunctions)),
  mayLink: z.boolean(),
  requestHundredths: z.int().min(1).max(1_000_000),
  furtherSegmentHundredths: z.int().min(0).max(1_000_000),
});
export type AccountTerms = z.infer<typeof accountTerms>;

/** `PUT accounts/:account/settings`, `PUT accounts/:account/terms`: what is not named stays. */
export const ownSettingsBody = ownSettings.partial();
export const accountTermsBody = accountTerms.partial();

export const settingsAnswer = z.object({
  account: z.string(),
  name: z.string(),
  settings: ownSettings,
  terms: accountTerms,
  /** The message of the service itself, where the account gives none. */
  usualTemplate: z.string(),
  /** Retention policies by name. */
  retentionProfiles: z.array(
    z.object({ name: z.string(), evidenceDays: z.int(), refusedEvidenceDays: z.int().nullable() }),
  ),
});
export type SettingsAnswer = z.infer<typeof settingsAnswer>;

/** `why` of `value-refused`, besides shapes: `at` names the setting. */
export const settingRefusals = [
  'sender-missing',
  'sender-characters',
  'sender-too-long',
  'sender-not-allowed', // the default sender is not among those that are allowed
  'message-missing',
  'message-characters',
  'message-link',
  'message-too-long',
  'not-a-picture',
  'too-large',
] as const;
export type SettingRefusal = (typeof settingRefusals)[number];

/** `GET accounts`: every account of the installation, for the installer. `POST accounts` makes one. */
export const accountsAnswer = z.object({
  accounts: z.array(
    z.object({ account: z.string(), name: z.string(), state: z.enum(accountStates), mode: z.enum(modes) }),
  ),
});
export type AccountsAnswer = z.infer<typeof accountsAnswer>;
export const newAccountBody = z.strictObject({ name: z.string().trim().min(1).max(100), mode: z.enum(modes) });
/** The token is shown this once. */
export const newAccountAnswer = z.object({ account: z.string(), apiUser: z.string(), apiToken: z.string() });
