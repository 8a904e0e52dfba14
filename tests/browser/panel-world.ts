import type { z } from 'zod';
import type { callbackSetupSchema, callbackTestSchema } from '../../src/panel/callback.schema.ts';
import type { creditsStatementSchema, figuresSchema } from '../../src/panel/figures.schema.ts';
import type { healthAnswer } from '../../src/panel/health.schema.ts';
import { judgeHealth } from '../../src/panel/health.ts';
import type { requestPageSchema } from '../../src/panel/request.schema.ts';
import type { accountsAnswer, settingsAnswer } from '../../src/panel/settings.schema.ts';
import { defaultSettings } from '../../src/access/account.ts';
import type {
  auditAnswer,
  blockedAnswer,
  meAnswer,
  newTokenAnswer,
  recoveryCodesAnswer,
  signUpAnswer,
  signUpLinkAnswer,
  tokensAnswer,
  usersAnswer,
} from '../../src/panel/session-protocol.schema.ts';
import { retentionProfiles } from '../../src/evidence/retention.ts';
import { seededRandom } from '../../src/kernel/random.ts';

type Said<Shape extends z.ZodType> = z.input<Shape>;

/** The day on which every picture is taken. */
export const TODAY = new Date('2026-11-25T10:24:00Z');

const before = (minutes: number): string => new Date(TODAY.getTime() - minutes * 60_000).toISOString();
const DAY = 1_440;

/** A company in its second month, always the same. */
export function sampleWorld() {
  const chance = seededRandom(20_261_125);
  const upTo = (most: number): number => Math.floor(chance() * (most + 1));

  const days = Array.from({ length: 30 }, (_, index) => {
    const day = new Date(TODAY.getTime() - (29 - index) * DAY * 60_000);
    const isWeekend = [0, 6].includes(day.getUTCDay());
    const requested = (isWeekend ? 14 : 46) + upTo(22) + Math.round(index * 0.6);
    const rejected = Math.round(requested * (0.03 + chance() * 0.03));
    const lapsed = Math.round(requested * (0.11 + chance() * 0.05));
    const open = index === 29 ? 19 : index === 28 ? 4 : 0;
    return {
      day: day.toISOString().slice(0, 10),
      requested,
      rejected,
      lapsed,
      validated: requested - rejected - lapsed - open,
    };
  });
  const requested = days.reduce((sum, day) => sum + day.requested, 0);
  const share = (part: number): number => Math.round(requested * part);
  const figures: Said<typeof figuresSchema> = {
    from: days[0]!.day,
    to: days[29]!.day,
    days,
    funnel: [
      { step: 'requested', count: requested },
      { step: 'invited', count: share(0.994) },
      { step: 'opened', count: share(0.931) },
      { step: 'face-asked', count: share(0.902) },
      { step: 'submitted', count: share(0.868) },
      { step: 'assessed', count: share(0.866) },
      { step: 'ruled', count: share(0.852) },
    ],
    decisions: {
      byPolicy: share(0.71),
      byPersons: share(0.142),
      medianSeconds: 48,
      p90Seconds: 1_290,
      medianSecondsOnCase: 74,
    },
    rejections: [
      { reason: 'document-unreadable', count: 31 },
      { reason: 'document-expired', count: 24 },
      { reason: 'not-the-holder', count: 9 },
      { reason: 'not-live', count: 6 },
      { reason: 'number-not-the-requested', count: 3 },
    ],
    lapses: [
      { reason: 'expired', count: 171 },
      { reason: 'cancelled', count: 22 },
      { reason: 'undeliverable', count: 11 },
    ],
    reasons: [
      { slug: 'document-number-unclear', count: 96 },
      { slug: 'similarity-low', count: 64 },
      { slug: 'document-expired', count: 41 },
      { slug: 'video-too-dark', count: 33 },
      { slug: 'mrz-and-print-differ', count: 19 },
      { slug: 'liveness-failed', count: 8 },
    ],
    callbacks: {
      delivered: 7_412,
      waiting: 3,
      dead: 1,
      attempts: 7_498,
      failedAttempts: 82,
      medianSeconds: 0.6,
      asOf: before(1),
    },
  };

  const credits: Said<typeof creditsStatementSchema> = {
    availableHundredths: 418_250,
    reservedHundredths: 2_300,
    spentHundredths: 179_450,
    entries: Array.from({ length: 14 }, (_, index) => {
      const number = 4_812 - index;
      const kind =
        index === 9 ? ('top-up' as const) : ([`post`, 'reserve', 'post', 'void', 'reserve'] as const)[index % 5]!;
      return {
        number,
        kind,
        hundredths: kind === 'top-up' ? 200_000 : 100,
        requestId: kind === 'top-up' ? null : String(1_000_000_000 + upTo(900_000_000)),
        note: kind === 'top-up' ? 'Factura 2026/118' : null,
        at: before(6 + index * 9 + upTo(5)),
      };
    }),
    next: 4_798,
  };

  const user = (
    name: string,
    role: 'operator' | 'supervisor' | 'auditor' | 'administrator',
    last: number | null,
    more: { isDisabled?: boolean; id?: string } = {},
  ) => ({
    id: more.id ?? `00000000-0000-4000-8000-${String(upTo(999_999_999_999)).padStart(12, '0')}`,
    name,
    role,
    isDisabled: more.isDisabled ?? false,
    state: last === null ? ('invited' as const) : ('active' as const),
    lastSignedInAt: last === null ? null : before(last),
  });
  const users: Said<typeof usersAnswer> = {
    users: [
      user('marta.ruiz@ejemplo.es', 'administrator', 61, { id: '7f3c0d6e-2f41-4a5e-9d3b-6a0c5b1e8f10' }),
      user('jon.etxeberria@ejemplo.es', 'operator', 18),
      user('nuria.pons@ejemplo.es', 'operator', 204),
      user('andres.villar@ejemplo.es', 'supervisor', 35),
      user('auditoria@externa.es', 'auditor', 9 * DAY),
      user('irene.castro@ejemplo.es', 'operator', null),
      user('pablo.mena@ejemplo.es', 'operator', 41 * DAY, { isDisabled: true }),
    ],
  };

  const acts: readonly (readonly [
    string,
    string | null,
    string | null,
    Record<string, string | number | boolean | null | string[]>,
  ])[] = [
    ['case.ruled', 'jon.etxeberria@ejemplo.es', 'verification 1840294417', { decision: 'validate', secondsOnCase: 71 }],
    ['evidence.viewed', 'jon.etxeberria@ejemplo.es', 'verification 1840294417', { item: 'face-video' }],
    ['evidence.viewed', 'jon.etxeberria@ejemplo.es', 'verification 1840294417', { item: 'front' }],
    ['token.rotated', 'marta.ruiz@ejemplo.es', null, { token: 3, overlapHours: 24 }],
    ['settings.changed', 'marta.ruiz@ejemplo.es', null, { changed: ['accentColour', 'logo'] }],
    ['user.invited', 'marta.ruiz@ejemplo.es', 'user irene.castro@ejemplo.es', { role: 'operator' }],
    ['evidence.erased', null, 'verification 1183320097', { reason: 'term' }],
    ['callback.resent', 'andres.villar@ejemplo.es', 'verification 1602117350', { delivery: 4 }],
    ['session.began', 'andres.villar@ejemplo.es', 'user andres.villar@ejemplo.es', { by: 'passkey' }],
  ];
  const audit: Said<typeof auditAnswer> = {
    entries: acts.map(([action, name, object, detail], index) => ({
      number: 2_207 - index,
      at: before(4 + index * 13),
      who: name === null ? { kind: 'service', id: null, name: null } : { kind: 'user', id: users.users[1]!.id, name },
      action,
      object,
      detail,
      hash: Array.from({ length: 64 }, () => '0123456789abcdef'[upTo(15)]!).join(''),
    })),
    isEnd: false,
  };

  const installer = '2b8e1f44-90c7-4f7e-8a55-0d6f3c9b7a21';
  const installationActs: readonly (readonly [string, string | null, string | null, Record<string, string>])[] = [
    ['session.begun', 'root@ejemplo.es', `user ${installer}`, { by: 'passkey' }],
    ['account.created', 'root@ejemplo.es', 'account 1414213562', {}],
    ['session.begun', 'root@ejemplo.es', `user ${installer}`, { by: 'password' }],
    ['user.passkey-added', 'root@ejemplo.es', `user ${installer}`, {}],
    ['user.signed-up', 'root@ejemplo.es', `user ${installer}`, { by: 'password' }],
    ['user.invited', null, `user ${installer}`, { role: 'installer' }],
  ];
  const installationAudit: Said<typeof auditAnswer> = {
    entries: installationActs.map(([action, name, object, detail], index) => ({
      number: installationActs.length - index,
      at: before(61 + index * 310),
      who: name === null ? { kind: 'command', id: null, name: null } : { kind: 'user', id: installer, name },
      action,
      object,
      detail,
      hash: Array.from({ length: 64 }, () => '0123456789abcdef'[upTo(15)]!).join(''),
    })),
    isEnd: true,
  };

  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'cb_test_5s0pM8v0QmWq',
    'webhook-timestamp': '1795861440',
    'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    'webhook-test': 'true',
  };
  const callbacks: Said<typeof callbackSetupSchema> = {
    endpoint: {
      url: 'https://api.ejemplo.es/identidad/avisos',
      encoding: 'json',
      payload: 'strings',
      user: 'cotejo',
      savedAt: before(12 * DAY),
      disabled: null,
      failingSince: null,
      secretSince: before(12 * DAY),
      previousSecretUntil: null,
      waiting: 3,
      dead: 1,
    },
    notices: [{ kind: 'dead-letter', number: 1, raisedAt: before(2 * DAY), latestAt: before(2 * DAY), count: 1 }],
  };
  const callbackTest: Said<typeof callbackTestSchema> = {
    webhookId: headers['webhook-id'],
    durationMs: 143,
    outcome: 'delivered',
    status: 200,
    request: { headers, body: '{"ID":"0","Estado":"5100","Referencia":"prueba","Resultado":"99.1"}' },
    reply: 'OK',
  };
  const tokens: Said<typeof tokensAnswer> = {
    apiUser: 'U3141592653',
    tokens: [
      { number: 3, createdAt: before(190), validUntil: null },
      { number: 2, createdAt: before(31 * DAY), validUntil: new Date(TODAY.getTime() + 1_250 * 60_000).toISOString() },
    ],
  };
  const newToken: Said<typeof newTokenAnswer> = {
    apiUser: 'U3141592653',
    apiToken: 'a'.repeat(8) + 'Bk3vN0pQ7sT2uW5xY8zC1dE4fG6hJ9kL0mN',
    previousValidUntil: new Date(TODAY.getTime() + DAY * 60_000).toISOString(),
  };
  const blocked: Said<typeof blockedAnswer> = { blocked: [{ address: '203.0.113.18', secondsLeft: 412 }] };
  const me: Said<typeof meAnswer> = {
    hasPassword: true,
    recoveryCodesLeft: 8,
    passkeys: [
      { id: 'cGFzc2tleS0x', label: 'Portátil de la oficina', createdAt: before(20 * DAY), lastUsedAt: before(61) },
      { id: 'cGFzc2tleS0y', label: 'Mi teléfono', createdAt: before(6 * DAY), lastUsedAt: null },
    ],
    sessions: [
      { isThis: true, by: 'passkey', signedInAt: before(61), lastSeenAt: before(0) },
      { isThis: false, by: 'password', signedInAt: before(310), lastSeenAt: before(44) },
    ],
  };
  const { mode, functions, mayLink, requestHundredths, furtherSegmentHundredths, ...own } = defaultSettings;
  const settings: Said<typeof settingsAnswer> = {
    account: '3141592653',
    name: 'Banco Ejemplo',
    settings: {
      ...own,
      senders: ['BancoEjempl', 'Cotejo'],
      defaultSender: 'BancoEjempl',
      messageTemplate: 'Banco Ejemplo: para abrir tu cuenta, verifica tu identidad en [LINK]. Tienes 72 horas.',
      accentColour: '#7a1f3d',
      purpose: 'Para abrir tu cuenta en Banco Ejemplo.',
      privacyContact: 'privacidad@ejemplo.es',
      privacyUrl: 'https://www.ejemplo.es/privacidad',
    },
    terms: {
      state: 'validated',
      mode,
      functions: [...functions],
      mayLink,
      requestHundredths,
      furtherSegmentHundredths,
    },
    usualTemplate: 'Verifica tu identidad en [LINK]',
    retentionProfiles: Object.entries(retentionProfiles).map(([name, profile]) => ({ name, ...profile })),
  };
  const certified: Said<typeof requestPageSchema> = {
    requests: Array.from({ length: 8 }, (_, index) => ({
      id: String(1_000_000_000 + upTo(900_000_000)),
      state: 'validated',
      asksFor: null,
      requestedAt: before(40 + index * 51),
      updatedAt: before(12 + index * 51),
      phone: '',
      requestedNumber: null,
      documentNumber: null,
      reference: index % 3 === 1 ? null : `ALTA-2026-${4_410 - index}`,
      outcome: 'pass',
      rejection: null,
      lapseReason: null,
    })),
    next: 'older',
    isPartial: false,
    cursor: 'now',
  };
  const accounts: Said<typeof accountsAnswer> = {
    accounts: [
      { account: '3141592653', name: 'Banco Ejemplo', state: 'validated', mode: 'live' },
      { account: '2718281828', name: 'Seguros Ejemplo', state: 'validated', mode: 'live' },
      { account: '1618033988', name: 'Alquiler de coches', state: 'unvalidated', mode: 'live' },
      { account: '1414213562', name: 'Pruebas de integración', state: 'validated', mode: 'test' },
    ],
  };
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const signUp: Said<typeof signUpAnswer> = {
    name: 'irene.castro@ejemplo.es',
    language: 'es',
    passkey: { options: { challenge: 'Y2hhbGxlbmdl' }, state: 'state' },
    authenticator: {
      secret,
      uri: `otpauth://totp/Cotejo:irene.castro%40ejemplo.es?secret=${secret}&issuer=Cotejo`,
      state: 'state',
    },
    leastPasswordCharacters: 12,
  };
  const recoveryCodes: Said<typeof recoveryCodesAnswer> = {
    recoveryCodes: Array.from({ length: 10 }, () =>
      Array.from({ length: 10 }, () => 'ABCDEFGHJKMNPQRSTVWXYZ23456789'[upTo(29)]!)
        .join('')
        .replace(/^(.{5})/, '$1-'),
    ),
  };
  const signUpLink: Said<typeof signUpLinkAnswer> = {
    link: `https://cotejo.ejemplo.es/panel/sign-up#${'k7Qm2Vx9Lr4Tn8Wb3Zs6Yd1Hf5Gj0Pc'.padEnd(43, 'A')}`,
    expiresAt: new Date(TODAY.getTime() + 3 * DAY * 60_000).toISOString(),
  };
  const process = (host: string, roles: ('api' | 'worker')[], secondsAgo: number) => {
    const isWorker = roles.includes('worker');
    return {
      hasEnded: false,
      secondsAgo,
      reportedAt: new Date(TODAY.getTime() - secondsAgo * 1000),
      report: {
        host,
        roles,
        version: 'cotejo 0.1.0',
        startedAt: before(6 * DAY),
        clockAheadMs: 12,
        failures: 0,
        messages: isWorker ? { gateway: 'smpp', lastAcceptedAt: before(1), lastTroubleAt: before(2 * DAY) } : null,
        engine: isWorker ? { workers: 4, busy: 2, waiting: 0, oldestWaitMs: 0, replaced: 0 } : null,
        certificates: isWorker
          ? {
              isDemonstration: false,
              signerUntil: before(-21 * DAY),
              lastStampedAt: before(4),
              lastTroubleAt: before(3 * DAY),
            }
          : null,
        evidence: { freeBytes: 61e9, totalBytes: 480e9 },
      },
    };
  };
  const queue = (kind: string, ready: number, later: number, active: number, oldestSeconds: number) => ({
    kind,
    ready,
    later,
    active,
    retried: 0,
    oldestSeconds,
  });
  const health: Said<typeof healthAnswer> = judgeHealth({
    now: TODAY,
    reports: [
      process('cotejo-1', ['api'], 6),
      process('cotejo-2', ['worker'], 9),
      process('cotejo-3', ['api', 'worker'], 1_250),
    ],
    database: { roundTripMs: 0.8, sizeBytes: 9.4e9, longestWaitSeconds: 0 },
    queues: [
      queue('send-invitation', 3, 212, 2, 0.6),
      queue('check-evidence', 0, 0, 1, 0),
      queue('run-engine', 1, 0, 2, 4.2),
      queue('apply-policy', 0, 0, 0, 0),
      queue('settle-ruling', 0, 2, 0, 0),
      queue('issue-certificate', 0, 0, 1, 0),
      queue('lapse-expired', 0, 4_118, 0, 0),
    ],
    callbacks: { waiting: 41, dead: 3, disabled: 1, oldestSeconds: 1_930 },
    archiving: { lastArchivedAt: new Date(before(3)), lastFailedAt: new Date(before(40 * DAY)) },
    version: 'cotejo 0.1.0',
    migrations: { latest: '0014-installation.sql', missing: 0, unknown: 0 },
  });
  return {
    health,
    installationAudit,
    settings,
    accounts,
    certified,
    figures,
    credits,
    users,
    audit,
    callbacks,
    callbackTest,
    tokens,
    newToken,
    blocked,
    me,
    signUp,
    recoveryCodes,
    signUpLink,
  };
}
