import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { defaultSettings } from '../../src/access/account.ts';
import type { CertificateFacts } from '../../src/certificate/compile-statement.ts';
import type { PictureName, StatementPicture } from '../../src/certificate/statement.ts';
import type { Finding } from '../../src/verification/assessment.ts';
import type { Phone } from '../../src/verification/phone.ts';

/** A verification as it stands when it was ruled upon, with nothing of a real person in it. */
export function exampleFacts(now = new Date('2026-11-25T10:07:31.000Z')): CertificateFacts {
  const before = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const model = (name: string): string => `${name}@sha256:${sha256(name)}`;
  const finding = (check: string, score: number, rest: Partial<Finding> = {}): Finding => ({
    check,
    score,
    higherMeans: 'same person',
    durationMs: 10,
    ...rest,
  });
  const piece = (kind: string, mediaType: string, byteLength: number, seconds: number) => ({
    kind,
    mediaType,
    byteLength,
    sha256: sha256(kind),
    receivedAt: before(seconds),
  });
  const field = (text: string, from: 'mrz' | 'viz' = 'mrz', folded = false) => ({ text, from, folded });
  return {
    account: { id: 1_234_567_890 as AccountId, name: 'Banco Ejemplar, S.A.', settings: defaultSettings },
    verification: {
      accountId: 1_234_567_890 as AccountId,
      id: 299_846_332 as VerificationId,
      requestedAt: before(900),
      updatedAt: before(20),
      phone: '34600000000' as Phone,
      sender: 'Ejemplar',
      messageTemplate: '[LINK]',
      sendAt: before(900),
      sendAtText: null,
      requestedNumber: '00000000T',
      reference: 'EXP-2026/0417',
      reservedHundredths: 100,
      linkLifetimeHours: 72,
      invitations: 1,
      rehearsal: null,
      invitedAt: before(896),
      linkExpiresAt: before(-200_000),
      opening: {
        openedAt: before(420),
        consent: { textVersion: '2026-11-01', language: 'es' },
        device: { browser: 'Chrome 142.0.7444.48', system: 'Android 16', display: '412 x 915' },
        accesses: [
          { at: before(420), address: '203.0.113.41', port: 11_892 },
          { at: before(300), address: '2001:db8:4f::1c', port: 50_412 },
        ],
        place: { latitude: 40.416775, longitude: -3.70379, altitudeM: 657.4, accuracyM: 15.27 },
      },
      asksFor: 'back',
      documentKind: 'id-card',
      submittedAt: before(180),
      assessedAt: before(150),
      retakes: [],
      assessment: {
        outcome: 'pass',
        reasons: [],
        findings: [
          finding('face/comparison', 0.6134, { model: model('face-embedding') }),
          finding('face/portrait', 0.981, { model: model('face-detector') }),
          finding('face/portrait-size', 118),
          finding('liveness/challenge', 1),
          finding('liveness/same-person', 0.742, { model: model('face-embedding') }),
          finding('liveness/pad-rgb', 0.9731, { model: model('presentation-attack') }),
          finding('liveness/eyes-open', 0.31),
          finding('liveness/freeze', 0.012),
          { check: 'liveness/flash', inconclusive: 'moved-during-flash', durationMs: 0 },
          finding('document/fields', 9),
          finding('document/confidence', 0.9712, { model: model('text-recognition') }),
          finding('document/zone-repairs', 0),
        ],
        similarityPercent: 93.957847595214844,
        livenessPassed: true,
        samePersonThroughout: true,
        document: {
          type: 'esp-dni-4',
          size: 'ID-1',
          oneSided: false,
          issuingState: 'ESP',
          fields: {
            surnames: field('ESPAÑOLA MUÑOZ', 'viz'),
            givenNames: field('CARMEN'),
            documentNumber: field('00000000T'),
            supportNumber: field('BAA000589'),
            birthDate: field('1980-01-01'),
            sex: field('F'),
            nationality: field('ESP'),
            issueDate: field('2021-06-01', 'viz'),
            expiryDate: field('2031-06-01'),
          },
          ageYears: 46,
          isExpired: false,
          numberOnFront: '00000000T',
          numberOnBack: '00000000T',
          sidesAgree: true,
          isRequestedNumber: true,
          requestedNumber: '00000000T',
          mrz: null,
          crossChecks: [],
        },
        attributes: {
          beard: { answer: 'no' },
          moustache: { answer: 'no' },
          readingGlasses: { answer: 'no' },
          sunglasses: { answer: 'no' },
          sex: null,
          ageRange: null,
        },
      },
    },
    isTest: false,
    ruling: { by: 'machine', at: before(20).toISOString(), policy: 'auto' },
    evidence: {
      round: 1,
      sealedAt: before(180),
      sha256: sha256('set'),
      items: [
        piece('face-video', 'video/webm', 4_812_355, 260),
        piece('front', 'image/jpeg', 1_204_233, 230),
        piece('back', 'image/jpeg', 1_188_020, 200),
      ],
    },
    pictures: [],
    lines: [
      {
        check: 'face/comparison',
        at: 0.42,
        passes: 'at-or-above',
        measuredOn: '27,634 pairs of strangers: 3 match; 180 pairs of one person: all match',
      },
      { check: 'face/portrait-size', at: 48, passes: 'at-or-above', measuredOn: '360 pairs of one person' },
      { check: 'liveness/challenge', at: 1, passes: 'at-or-above', measuredOn: '40 recordings' },
      { check: 'liveness/same-person', at: 0.5, passes: 'at-or-above', measuredOn: '40 recordings' },
      { check: 'liveness/pad-rgb', at: 0.9, passes: 'at-or-above', measuredOn: '120 attacks' },
      { check: 'liveness/freeze', at: 0.5, passes: 'below', measuredOn: '40 recordings' },
      { check: 'document/fields', at: 5, passes: 'at-or-above', measuredOn: 'generated documents' },
      { check: 'document/confidence', at: 0.8, passes: 'at-or-above', measuredOn: 'generated documents' },
      { check: 'document/zone-repairs', at: 3, passes: 'below', measuredOn: 'generated documents' },
    ],
    signer: { name: 'Cotejo DEMONSTRATION signer', isDemonstration: true },
    software: 'cotejo 0.1.0',
    checkUrl: 'https://verificar.ejemplar.example/certificado',
    timeZone: 'Europe/Madrid',
    now,
  };
}

/** Facts with pictures, and the pictures: what a statement says of JPEGs is read from them. */
export async function withPictures(
  facts: CertificateFacts,
  jpegs: Readonly<Partial<Record<PictureName, Uint8Array>>>,
): Promise<{ readonly facts: CertificateFacts; readonly pictures: readonly StatementPicture[] }> {
  const pictures = Object.entries(jpegs).map(([name, jpeg]) => ({ name: name as PictureName, jpeg }));
  const entries = [];
  for (const { name, jpeg } of pictures) {
    const { width, height } = await sharp(jpeg).metadata();
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    entries.push({ name, sha256, byteLength: jpeg.byteLength, widthPx: width, heightPx: height });
  }
  return { facts: { ...facts, pictures: entries }, pictures };
}

/** A picture of nobody: a soft field of one colour with an oval in it. */
export const plainPicture = async (widthPx: number, heightPx: number, hue: number): Promise<Uint8Array> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}"><rect width="100%" height="100%" fill="hsl(${hue} 20% 82%)"/>` +
        `<ellipse cx="50%" cy="52%" rx="24%" ry="34%" fill="hsl(${hue} 25% 60%)"/></svg>`,
    ),
  )
    .jpeg({ quality: 80 })
    .toBuffer();
