import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { callbackOf, callbackPayloads, type CallbackPayload } from '../../src/contract/callback.ts';
import { parseNetwork } from '../../src/http/client-address-notation.ts';
import type { AccountId, VerificationId } from '../../src/kernel/id.ts';
import { bodyEncodings, type BodyEncoding, type BodyValue } from '../../src/notification/webhook/body.ts';
import { openEgress } from '../../src/notification/webhook/egress.client.ts';
import { strictRules } from '../../src/notification/webhook/egress-rules.ts';
import { callbackRequest, type ReceiverSettings } from '../../src/notification/webhook/request.ts';
import type { SigningSecret } from '../../src/notification/webhook/signature.ts';
import { hmacSha256 } from '../../src/notification/webhook/signing.client.ts';
import type { Phone } from '../../src/verification/phone.ts';
import type { Assessed } from '../../src/verification/verification.ts';

/** The contract's own sample of a callback, copied by hand. */
export const sample = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'callback-sample.golden.json'), 'utf8'),
) as Readonly<Record<string, string>>;

/** A verification of which the sample could tell, with a second access. */
export const sampleVerification: Assessed = {
  state: 'assessed',
  accountId: 1_000_000_001 as AccountId,
  id: 299_846_332 as VerificationId,
  requestedAt: new Date('2021-10-10T08:10:00Z'),
  updatedAt: new Date('2021-10-10T08:10:00Z'),
  phone: '34600000000' as Phone,
  sender: 'Test',
  messageTemplate: '[LINK]',
  sendAt: new Date('2021-10-10T08:10:00Z'),
  sendAtText: null,
  requestedNumber: '00000000T',
  reference: null,
  reservedHundredths: 100,
  linkLifetimeHours: 72,
  invitations: 1,
  rehearsal: null,
  invitedAt: new Date('2021-10-10T08:10:00Z'),
  linkExpiresAt: new Date('2021-10-13T08:10:00Z'),
  opening: {
    openedAt: new Date('2021-09-04T17:37:21Z'),
    consent: { textVersion: '1', language: 'es' },
    device: { browser: 'Chrome 92.0.4515.131', system: 'Android 11', display: '360 x 800' },
    accesses: [
      { at: new Date('2021-09-04T17:37:21Z'), address: '85.10.20.221', port: 11892 },
      { at: new Date('2021-09-04T17:52:03Z'), address: '2001:db8::7', port: null },
    ],
    place: {
      longitude: -1.6592592,
      latitude: 4.4577993,
      altitudeM: 75.70229058041491,
      accuracyM: 15.265999794006348,
    },
  },
  asksFor: 'back',
  documentKind: 'id-card',
  submittedAt: new Date('2021-10-10T08:10:00Z'),
  assessedAt: new Date('2021-10-10T08:10:00Z'),
  retakes: [],
  assessment: {
    outcome: 'pass',
    reasons: [],
    findings: [],
    similarityPercent: 93.95784759521484,
    livenessPassed: true,
    samePersonThroughout: true,
    document: {
      type: 'esp-dni-3',
      size: 'ID-1',
      oneSided: false,
      issuingState: 'ESP',
      fields: Object.fromEntries(
        Object.entries({
          surnames: 'APARICIO GARCIA',
          givenNames: 'RAFAEL',
          birthDate: '1955-12-18',
          documentNumber: '00000000T',
          nationality: 'ESP',
          supportNumber: 'BGT78666',
          sex: 'M',
          expiryDate: '2027-10-19',
        }).map(([name, text]) => [name, { text, from: 'mrz', folded: true } as const]),
      ),
      ageYears: 66,
      isExpired: false,
      numberOnFront: '00000000T',
      numberOnBack: '00000000T',
      sidesAgree: true,
      isRequestedNumber: null,
      requestedNumber: null,
      mrz: null,
      crossChecks: [],
    },
    attributes: {
      beard: { answer: 'no' },
      moustache: { answer: 'no' },
      readingGlasses: { answer: 'no' },
      sunglasses: { answer: 'no' },
      sex: { value: 'male', probabilityPercent: 99 },
      ageRange: { fromYears: 44, toYears: 62 },
    },
  } as unknown as Assessed['assessment'],
};

/** Printed in the transcripts: an example, and no secret of anybody. */
export const secretOfExample = 'whsec_Y290ZWpvLWV4YW1wbGUtc2lnbmluZy1zZWNyZXQ=' as SigningSecret;

/** Every form of callback, under the name of its transcript. */
export const forms = bodyEncodings.flatMap((encoding) =>
  callbackPayloads.map((payload) => ({ name: `callback-${encoding}-${payload}`, encoding, payload })),
);

export const transcriptFileOf = (name: string): string => path.join(import.meta.dirname, 'callbacks', `${name}.http`);

/** In texts what the contract's sample tells, else what the same verification is as values. */
export const fieldsOf = (payload: CallbackPayload): Readonly<Record<string, BodyValue>> =>
  payload === 'strings' ? sample : callbackOf(sampleVerification, 'typed');

/** One callback as its bytes arrive at a receiver. Only the receiver's port is replaced: it is drawn by the system. */
export async function bytesOfCallback(encoding: BodyEncoding, payload: CallbackPayload): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('latin1');
      const length = Number(/\r\ncontent-length: (\d+)\r\n/.exec(text)?.[1]);
      if (text.length >= text.indexOf('\r\n\r\n') + 4 + length) socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const egress = openEgress({
    rules: { ...strictRules, allowsHttp: true, ports: [port], internalNetworks: [parseNetwork('127.0.0.0/8')!] },
  });
  const receiver: ReceiverSettings = {
    url: `http://127.0.0.1:${port}/path/de/su/script`,
    encoding,
    credentials: { user: 'cotejo', password: 'clave-de-ejemplo' },
    secrets: [secretOfExample],
  };
  const attempt = { id: 'msg_299846332_5001', number: 1, at: new Date('2021-10-10T08:10:05Z') };
  const outcome = await egress.post(callbackRequest(receiver, fieldsOf(payload), attempt, hmacSha256));
  await egress.close();
  server.close();
  if (!outcome.ok || outcome.value.status !== 204) throw new Error('the callback did not arrive');
  return Buffer.from(
    Buffer.concat(chunks).toString('latin1').replace(`127.0.0.1:${port}`, 'www.example.com'),
    'latin1',
  );
}
