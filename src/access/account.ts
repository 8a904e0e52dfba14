import type { AccountId } from '../kernel/id.ts';

/** What an account may call. */
export const accountFunctions = ['request', 'certificate', 'credits'] as const;
export type AccountFunction = (typeof accountFunctions)[number];

/** `unvalidated` may ask for its credits and nothing else; `disabled` is answered like a wrong token. */
export const accountStates = ['validated', 'unvalidated', 'disabled'] as const;
export type AccountState = (typeof accountStates)[number];

/** How an account's answers are wrapped: the contract shows a list of one object, some clients read a bare object. */
export const envelopes = ['array', 'object'] as const;

/** `test`: whom it asks for are test applicants, all of them; see `rehearsal/`. */
export const modes = ['live', 'test'] as const;

export const deciders = ['policy', 'operator'] as const;

export type AccountSettings = {
  readonly mode: (typeof modes)[number];
  readonly functions: readonly AccountFunction[];
  readonly envelope: (typeof envelopes)[number];
  /** HTTP status codes say what the answer's number says, instead of 200 for everything. */
  readonly strictHttp: boolean;
  /** Whether messages may hold links besides ours. */
  readonly mayLink: boolean;
  /** Senders that are allowed; null: any well-formed one. */
  readonly senders: readonly string[] | null;
  readonly defaultSender: string;
  /** The message where the caller gives none; null: the service's own, in the account's language. */
  readonly messageTemplate: string | null;
  /** Calling code that national numbers get, digits: '34'. */
  readonly countryCallingCode: string;
  readonly language: 'es' | 'en';
  /** Price of a verification in hundredths of a credit, its first SMS segment included. */
  readonly requestHundredths: number;
  /** Price of each further segment, in hundredths of a credit. */
  readonly furtherSegmentHundredths: number;
  /** How long after the invitation its link opens, hours. */
  readonly linkLifetimeHours: number;
  /** Whether applicants are asked where they are; they may always decline. */
  readonly asksPlace: boolean;
  /** Whether a laptop's own camera will do; else a desktop only hands over to a phone. */
  readonly mayFilmOnLaptop: boolean;
  /** Whether every challenge ends with colours of the screen. */
  readonly flashes: boolean;
  /** Whether beards, glasses, apparent sex and age are measured and told; nothing is judged by them. */
  readonly measuresAppearance: boolean;
  /** Who rules: `policy`: what is green throughout is accepted by itself; `operator`: always a person. Only a person rejects. */
  readonly decides: (typeof deciders)[number];
  /** How long evidence is kept after it was sent, days. */
  readonly evidenceDays: number;
  /** The same where the verification was refused; null: as long as of any other. */
  readonly refusedEvidenceDays: number | null;
  /** How long a certificate is kept after it was issued, days. */
  readonly certificateDays: number;
  /** What applicants see: sRGB `#rrggbb`, and a `data:` address of a PNG, JPEG or WebP. */
  readonly accentColour: string | null;
  readonly logo: string | null;
  /** What applicants are told, plain text in the account's language; null: the pages' usual sentences. */
  readonly purpose: string | null;
  readonly alternative: string | null;
  readonly privacyContact: string | null;
  readonly privacyUrl: string | null;
};

export type Account = {
  readonly id: AccountId;
  readonly name: string;
  readonly state: AccountState;
  readonly settings: AccountSettings;
};

export const defaultSettings: AccountSettings = {
  mode: 'live',
  functions: accountFunctions,
  envelope: 'array',
  strictHttp: false,
  mayLink: false,
  senders: null,
  defaultSender: 'Cotejo',
  messageTemplate: null,
  countryCallingCode: '34',
  language: 'es',
  requestHundredths: 100,
  furtherSegmentHundredths: 0,
  linkLifetimeHours: 72,
  asksPlace: true,
  mayFilmOnLaptop: true,
  flashes: false,
  measuresAppearance: true,
  decides: 'policy',
  evidenceDays: 90,
  refusedEvidenceDays: null,
  certificateDays: 5 * 365 + 2,
  accentColour: null,
  logo: null,
  purpose: null,
  alternative: null,
  privacyContact: null,
  privacyUrl: null,
};

/** Whether the account may use a function now; asking for its credits needs no validation. */
export const mayUse = (account: Account, used: AccountFunction): boolean =>
  account.settings.functions.includes(used) && (account.state === 'validated' || used === 'credits');

const USER_PREFIX = 'api-';

/** The API user of an account: carries the account, so that looking it up touches that account's rows only. */
export const apiUserOf = (id: AccountId): string => `${USER_PREFIX}${id}`;

/** The account that an API user names, as digits; null when it cannot name one. */
export const accountDigitsOf = (apiUser: string): string | null =>
  apiUser.startsWith(USER_PREFIX) ? apiUser.slice(USER_PREFIX.length) : null;
