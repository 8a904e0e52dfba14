import { z } from 'zod';
import { type Result, ok, refuse } from './kernel/result.ts';

/** What is wrong with one setting, in words for whoever installs. */
export type ConfigRefusal = { readonly kind: 'config-invalid'; readonly problems: readonly string[] };

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', ''])])
  .transform((value) => value === true || value === 'true' || value === '1');
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
]);

const ports = z
  .union([z.array(z.number()), list])
  .transform((items) => items.map(Number))
  .pipe(z.array(z.int().min(1).max(65_535)).min(1));

/** An address without a path: links are made of it. */
const publicUrl = z
  .string()
  .refine(isOrigin, 'must be an address like https://id.example.com, without a path')
  .transform((text) => new URL(text).origin);

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && pathname === '/' && search === '' && hash === '' && username === '';
}

const databaseUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
    'must be an address like postgres://user:password@host/database',
  );

/** A bucket as the path of its store's address. */
const s3Endpoint = z
  .string()
  .refine(isBucketUrl, 'must be an address with the bucket as its path, like https://s3.example.com/evidence');

function isBucketUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  const isBucket = /^\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(pathname);
  return ['http:', 'https:'].includes(protocol) && isBucket && search === '' && hash === '' && username === '';
}

/** Of one authority; user and password for those that want them, the policy as an object identifier. */
const timeStamper = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an address like https://tsa.example.com' }),
  user: z.string().min(1).optional(),
  password: z.string().optional(),
  policy: z
    .string()
    .regex(/^[0-2](\.\d+)+$/, 'must be an object identifier like 1.3.6.1.4.1.5 …')
    .optional(),
});
const timeStampers = z
  .union([
    z.array(z.union([timeStamper, z.string().transform((url) => ({ url }))])),
    z.string().transform((text, context): unknown => {
      if (!text.trimStart().startsWith('['))
        return text
          .split(',')
          .map((url) => ({ url: url.trim() }))
          .filter(({ url }) => url !== '');
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('must be addresses with commas between them, or a JSON list');
        return z.NEVER;
      }
    }),
  ])
  .pipe(z.array(timeStamper));

/** Where a provider describes itself. Plain HTTP on this machine alone, for trying out. */
const oidcIssuer = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^(https:|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(new URL(text).href),
    'must be an address that begins with https://',
  );

/** Every setting, its meaning and its default. The environment wins over the file. */
export const settingsSchema = z.strictObject({
  COTEJO_PORT: port.default(8080).describe('port to listen on'),
  COTEJO_HOST: z
    .string()
    .min(1)
    .optional()
    .describe('address to listen on; default: this machine only, or all of it with certificates'),
  COTEJO_DATA: z.string().min(1).default('./data').describe('folder for the embedded database, keys and evidence'),
  COTEJO_PUBLIC_URL: publicUrl.optional().describe('the address that applicants and companies use'),
  DATABASE_URL: databaseUrl.optional().describe('a PostgreSQL server of your own instead of the embedded one'),
  COTEJO_KEY: z
    .string()
    .optional()
    .describe("the installation's key, 32 bytes in base64, instead of its file in the data folder"),
  COTEJO_PRODUCTION: flag.default(false).describe('true: refuse what is only for trying out'),
  COTEJO_TLS: z.enum(['local']).optional().describe("'local': certificates of an authority made on the first start"),
  COTEJO_TLS_CERT: z.string().min(1).optional().describe('certificate file, with its chain'),
  COTEJO_TLS_KEY: z.string().min(1).optional().describe('file of its key'),
  COTEJO_TRUSTED_PROXIES: list.default([]).describe('addresses or networks of proxies whose X-Forwarded-For counts'),
  COTEJO_SMS_GATEWAY: z.string().min(1).default('outbox').describe('outbox, smpp or http'),
  COTEJO_SMS_SETTINGS: z
    .union([z.record(z.string(), z.unknown()), z.string()])
    .default({})
    .describe("the gateway's settings: JSON"),
  COTEJO_EVIDENCE_S3_ENDPOINT: s3Endpoint
    .optional()
    .describe('address of a bucket that speaks S3, to keep evidence in instead of the data folder'),
  COTEJO_EVIDENCE_S3_REGION: z.string().min(1).default('auto').describe('its region'),
  COTEJO_EVIDENCE_S3_KEY_ID: z.string().min(1).optional().describe('access key for it'),
  COTEJO_EVIDENCE_S3_SECRET: z.string().min(1).optional().describe('secret of that key'),
  COTEJO_SIGNER_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('key and certificates that certificates are signed with: PKCS#12 or PEM; default: demonstration keys'),
  COTEJO_SIGNER_PASSWORD: z.string().default('').describe('password of that file'),
  COTEJO_TSA: timeStampers
    .default([])
    .describe(
      'addresses of time-stamping authorities (RFC 3161), asked in their order, or a JSON list of {url, user, password, policy}',
    ),
  COTEJO_CALLBACK_LOCAL: flag
    .default(false)
    .describe('true: callbacks also to receivers on this machine, over http and on any port: for trying out'),
  COTEJO_CALLBACK_HTTP: flag.default(false).describe('true: callbacks also over http'),
  COTEJO_CALLBACK_NETWORKS: list
    .default([])
    .describe('networks inside in which receivers may be, such as 10.20.0.0/16'),
  COTEJO_CALLBACK_PORTS: ports.optional().describe('ports of receivers; default: 443,8443, with http also 80,8080'),
  COTEJO_CALLBACK_PER_SECOND: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe('callbacks that one host is sent in a second, by each worker'),
  COTEJO_CALLBACK_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('callbacks that one host has to answer at once'),
  COTEJO_OIDC_ISSUER: oidcIssuer.optional().describe('an OpenID provider whose people may sign in to the panel'),
  COTEJO_OIDC_CLIENT_ID: z.string().min(1).optional().describe('who the panel is to it'),
  COTEJO_OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('secret of that client'),
  COTEJO_OIDC_LABEL: z.string().min(1).max(40).default('OpenID').describe('what its button says'),
  COTEJO_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('what is logged'),
});

export type Settings = z.infer<typeof settingsSchema>;

export type Config = {
  readonly port: number;
  readonly host: string | null;
  readonly dataFolder: string;
  readonly publicUrl: string | null;
  readonly databaseUrl: string | null;
  readonly installationKey: string | null;
  readonly isProduction: boolean;
  readonly tls:
    | { readonly kind: 'none' }
    | { readonly kind: 'local' }
    | { readonly kind: 'files'; readonly certificateFile: string; readonly keyFile: string };
  readonly trustedProxies: readonly string[];
  readonly smsGateway: string;
  readonly smsSettings: Readonly<Record<string, unknown>>;
  /** null: evidence lies in the data folder. */
  readonly evidenceS3: {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  } | null;
  /** null: the installation's demonstration keys. */
  readonly signer: { readonly file: string; readonly password: string } | null;
  /** In the order in which they are asked; none: the installation's demonstration authority. */
  readonly timeStampers: readonly {
    readonly url: string;
    readonly user?: string | undefined;
    readonly password?: string | undefined;
    readonly policy?: string | undefined;
  }[];
  /** How companies' receivers may be called. */
  readonly callbacks: {
    readonly allowsLocal: boolean;
    readonly allowsHttp: boolean;
    readonly networks: readonly string[];
    /** null: the usual ones. */
    readonly ports: readonly number[] | null;
    readonly perSecond: number;
    readonly atOnce: number;
  };
  /** null: nobody signs in to the panel by a provider. */
  readonly singleSignOn: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly label: string;
  } | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
};

/**
 * Settings from the environment and from one file; each wrong value is named, all of them at once.
 * @param environment variables; those that are not settings are passed over.
 * @param file what the configuration file holds, parsed; unknown names in it are refused, they are misspelt.
 */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>> = {},
): Result<Config, ConfigRefusal> {
  const given = Object.keys(settingsSchema.shape).filter(
    (name) => environment[name] !== undefined && environment[name] !== '',
  );
  const misspelt = Object.keys(environment)
    .filter((name) => name.startsWith('COTEJO_') && !(name in settingsSchema.shape) && !OTHER_VARIABLES.includes(name))
    .map((name) => `${name} is not a setting`);
  const parsed = settingsSchema.safeParse({
    ...file,
    ...Object.fromEntries(given.map((name) => [name, environment[name]])),
  });
  const problems = [...misspelt, ...(parsed.success ? [] : parsed.error.issues.map(problemOf))];
  if (!parsed.success || problems.length > 0) return refuse({ kind: 'config-invalid', problems });
  return configOf(parsed.data);
}

/** Variables with the prefix that are read elsewhere: by tests and by the reading of the file itself. */
const OTHER_VARIABLES = ['COTEJO_CONFIG', 'COTEJO_CORPUS'];

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: not a setting`;
  return `${issue.path.join('.')}: ${issue.message}`;
}

function configOf(settings: Settings): Result<Config, ConfigRefusal> {
  const problems: string[] = [];
  const { COTEJO_TLS_CERT: certificateFile, COTEJO_TLS_KEY: keyFile } = settings;
  if ((certificateFile === undefined) !== (keyFile === undefined))
    problems.push('COTEJO_TLS_CERT and COTEJO_TLS_KEY go together: one of them is missing');
  if (certificateFile !== undefined && settings.COTEJO_TLS !== undefined)
    problems.push('COTEJO_TLS=local and COTEJO_TLS_CERT exclude each other');
  const smsSettings = smsSettingsOf(settings.COTEJO_SMS_SETTINGS);
  if (smsSettings === null) problems.push('COTEJO_SMS_SETTINGS: must be a JSON object');
  if (settings.COTEJO_PRODUCTION && settings.COTEJO_SMS_GATEWAY === 'outbox')
    problems.push('COTEJO_SMS_GATEWAY: the outbox sends nothing and is refused in production; set smpp or http');
  if (settings.COTEJO_PRODUCTION && settings.COTEJO_PUBLIC_URL?.startsWith('https://') !== true)
    problems.push('COTEJO_PUBLIC_URL: production needs the https address that applicants and companies use');
  const {
    COTEJO_EVIDENCE_S3_ENDPOINT: endpoint,
    COTEJO_EVIDENCE_S3_KEY_ID: accessKeyId,
    COTEJO_EVIDENCE_S3_SECRET: secretAccessKey,
  } = settings;
  const s3Given = [endpoint, accessKeyId, secretAccessKey].filter((value) => value !== undefined).length;
  if (s3Given !== 0 && s3Given !== 3)
    problems.push(
      'COTEJO_EVIDENCE_S3_ENDPOINT, COTEJO_EVIDENCE_S3_KEY_ID and COTEJO_EVIDENCE_S3_SECRET go together: one of them is missing',
    );
  if (settings.COTEJO_PRODUCTION && endpoint?.startsWith('http://') === true)
    problems.push('COTEJO_EVIDENCE_S3_ENDPOINT: production needs an https address');
  problems.push(...certificateProblems(settings));
  if (settings.COTEJO_PRODUCTION && settings.COTEJO_CALLBACK_LOCAL)
    problems.push('COTEJO_CALLBACK_LOCAL: is for trying out and refused in production; see COTEJO_CALLBACK_NETWORKS');
  const {
    COTEJO_OIDC_ISSUER: issuer,
    COTEJO_OIDC_CLIENT_ID: clientId,
    COTEJO_OIDC_CLIENT_SECRET: clientSecret,
  } = settings;
  const oidcGiven = [issuer, clientId, clientSecret].filter((value) => value !== undefined).length;
  if (oidcGiven !== 0 && oidcGiven !== 3)
    problems.push(
      'COTEJO_OIDC_ISSUER, COTEJO_OIDC_CLIENT_ID and COTEJO_OIDC_CLIENT_SECRET go together: one of them is missing',
    );
  if (settings.COTEJO_PRODUCTION && issuer?.startsWith('http://') === true)
    problems.push('COTEJO_OIDC_ISSUER: production needs an https address');
  if (problems.length > 0) return refuse({ kind: 'config-invalid', problems });
  return ok({
    port: settings.COTEJO_PORT,
    host: settings.COTEJO_HOST ?? null,
    dataFolder: settings.COTEJO_DATA,
    publicUrl: settings.COTEJO_PUBLIC_URL ?? null,
    databaseUrl: settings.DATABASE_URL ?? null,
    installationKey: settings.COTEJO_KEY ?? null,
    isProduction: settings.COTEJO_PRODUCTION,
    tls:
      certificateFile !== undefined && keyFile !== undefined
        ? { kind: 'files', certificateFile, keyFile }
        : { kind: settings.COTEJO_TLS ?? 'none' },
    trustedProxies: settings.COTEJO_TRUSTED_PROXIES,
    smsGateway: settings.COTEJO_SMS_GATEWAY,
    smsSettings: smsSettings ?? {},
    evidenceS3:
      endpoint === undefined || accessKeyId === undefined || secretAccessKey === undefined
        ? null
        : { endpoint, region: settings.COTEJO_EVIDENCE_S3_REGION, accessKeyId, secretAccessKey },
    signer:
      settings.COTEJO_SIGNER_FILE === undefined
        ? null
        : { file: settings.COTEJO_SIGNER_FILE, password: settings.COTEJO_SIGNER_PASSWORD },
    timeStampers: settings.COTEJO_TSA,
    callbacks: {
      allowsLocal: settings.COTEJO_CALLBACK_LOCAL,
      allowsHttp: settings.COTEJO_CALLBACK_HTTP,
      networks: settings.COTEJO_CALLBACK_NETWORKS,
      ports: settings.COTEJO_CALLBACK_PORTS ?? null,
      perSecond: settings.COTEJO_CALLBACK_PER_SECOND,
      atOnce: settings.COTEJO_CALLBACK_AT_ONCE,
    },
    singleSignOn:
      issuer === undefined || clientId === undefined || clientSecret === undefined
        ? null
        : { issuer, clientId, clientSecret, label: settings.COTEJO_OIDC_LABEL },
    logLevel: settings.COTEJO_LOG_LEVEL,
  });
}

/** In production certificates are signed by somebody whom others can know, and stamped by somebody else. */
function certificateProblems({
  COTEJO_PRODUCTION: isProduction,
  COTEJO_SIGNER_FILE: file,
  COTEJO_TSA: timeStampers,
}: Settings): string[] {
  if (!isProduction) return [];
  const demonstration = 'the demonstration keys prove nothing to anybody else and are refused in production';
  const isPasswordInTheClear = timeStampers.some(({ url, user }) => user !== undefined && url.startsWith('http://'));
  return [
    ...(file === undefined ? [`COTEJO_SIGNER_FILE: ${demonstration}; name your PKCS#12 or PEM file`] : []),
    ...(timeStampers.length === 0 ? [`COTEJO_TSA: ${demonstration}; name a time-stamping authority, or several`] : []),
    ...(isPasswordInTheClear ? ['COTEJO_TSA: a password is sent over https only'] : []),
  ];
}

function smsSettingsOf(value: Settings['COTEJO_SMS_SETTINGS']): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'string') return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
