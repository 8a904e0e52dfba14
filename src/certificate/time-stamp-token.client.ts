import { X509Certificate } from 'node:crypto';
import { digestIdentifier, oids, type DigestName } from './algorithms.ts';
import * as der from '../kernel/der.ts';
import type { Bytes } from '../kernel/der.ts';
import {
  childrenOf,
  mismatch,
  present,
  readOid,
  readOnly,
  readSmallInteger,
  type Value,
} from '../kernel/der-reader.ts';
import { readSignedData, type ReadSignedData } from './read-signed-data.ts';
import { makeSignedData, signedDataFault, type SigningKey } from './signed-data.client.ts';
import { readTimeStampInfo, type TimeStampInfo } from './time-stamp-info.ts';
import { isForTimeStampsAlone } from './x509-extension.ts';

/** What is asked of a time-stamping authority (RFC 3161, 2.4.1): a digest, and a number that its answer must repeat. */
export type TimeStampQuery = {
  readonly digest: DigestName;
  readonly imprint: Bytes;
  readonly nonce: Bytes;
  /** Object identifier of the policy to stamp under; absent: the authority's own. */
  readonly policy?: string;
};

/** The query as it is sent; certificates are asked for. */
export const encodeQuery = ({ digest: name, imprint, nonce, policy }: TimeStampQuery): Bytes =>
  der.sequence(
    der.smallInteger(1),
    der.sequence(digestIdentifier(name), der.octetString(imprint)),
    ...(policy === undefined ? [] : [der.objectIdentifier(policy)]),
    der.unsignedInteger(nonce),
    der.isTrue,
  );

/** A query as an authority reads it. @throws NotAsEncoded */
export function readQuery(bytes: Uint8Array): {
  readonly imprint: Value;
  readonly nonce: Value | null;
  readonly policy: string | null;
} {
  const [, imprint, ...rest] = childrenOf(readOnly(bytes));
  const policy = rest.find(({ tag }) => tag === 0x06);
  return {
    imprint: present(imprint),
    nonce: rest.find(({ tag }) => tag === 0x02) ?? null,
    policy: policy === undefined ? null : readOid(policy),
  };
}

/** The answer with its token: status `granted`. */
export const encodeGranted = (token: Bytes): Bytes => der.sequence(der.sequence(der.smallInteger(0)), token);
/** A refusal: status `rejection`. */
export const encodeRejection = (): Bytes => der.sequence(der.sequence(der.smallInteger(2)));

/** The token of an answer. @throws NotAsEncoded when there is none. */
export function tokenOfAnswer(bytes: Uint8Array): Bytes {
  const [status, token] = childrenOf(readOnly(bytes));
  // granted, or granted with modifications
  if (readSmallInteger(present(childrenOf(present(status))[0])) > 1) mismatch('the authority refused');
  return present(token).whole;
}

export type TokenOrder = {
  readonly key: SigningKey;
  readonly certificates: readonly Bytes[];
  readonly policy: string;
  /** MessageImprint and nonce as they stand in the query. */
  readonly imprint: Bytes;
  readonly nonce: Bytes | null;
  readonly serial: Uint8Array;
  readonly at: Date;
};

/** A time-stamp token (RFC 3161, 2.4.2): what an authority signs. */
export const makeToken = ({ key, certificates, policy, imprint, nonce, serial, at }: TokenOrder): Promise<Bytes> =>
  makeSignedData({
    key,
    certificates,
    content: {
      type: oids.timeStampInfo,
      inside: der.sequence(
        der.smallInteger(1),
        der.objectIdentifier(policy),
        imprint,
        der.unsignedInteger(serial),
        der.generalizedTime(at),
        der.sequence(der.smallInteger(1)), // accuracy: one second
        ...(nonce === null ? [] : [nonce]),
      ),
    },
  });

export type ReadToken = TimeStampInfo & {
  readonly signedData: ReadSignedData;
  /** Common name of who stamped, as its certificate says; empty when the token brings none. */
  readonly authority: string;
  readonly certificate: Bytes | null;
};

/** @throws NotAsEncoded when it is no token. */
export function readToken(bytes: Uint8Array): ReadToken {
  const signedData = readSignedData(bytes);
  const { signerCertificate: certificate } = signedData;
  return {
    ...readTimeStampInfo(signedData),
    signedData,
    authority: certificate === null ? '' : commonNameOf(certificate),
    certificate,
  };
}

export type TokenFault =
  | 'time-stamp-unreadable'
  /** It is for other bytes. */
  | 'time-stamp-digest-differs'
  | 'time-stamp-signature-wrong'
  /** Its certificate was not made for time-stamping, or was not valid when it stamped. */
  | 'time-stamp-certificate-not-valid';

/**
 * Whether a token holds; null: it does. Who the authority is, is another question.
 * @param digestOf what it should speak of, by the digest that it names; null: by no other than was asked for.
 */
export function tokenFault(token: ReadToken, digestOf: (name: DigestName) => Bytes | null): TokenFault | null {
  const fault = signedDataFault(token.signedData, token.signedData.content!);
  if (fault !== null) return 'time-stamp-signature-wrong';
  const certificate = new X509Certificate(token.certificate!);
  const isValid = token.at >= certificate.validFromDate && token.at <= certificate.validToDate;
  if (!isValid || !isForTimeStampsAlone(token.certificate!)) return 'time-stamp-certificate-not-valid';
  const expected = digestOf(token.digest);
  return expected !== null && der.sameBytes(token.imprint, expected) ? null : 'time-stamp-digest-differs';
}

/** The common name in a certificate's subject, or the whole subject on one line where there is none. */
export function commonNameOf(certificate: Bytes): string {
  const { subject } = new X509Certificate(certificate);
  return unescaped(/^CN=(.*)$/m.exec(subject)?.[1] ?? subject.split('\n').join(', '));
}

/** Node writes names as RFC 4514 has them: a comma as `\,`, a control character as `\0A`. */
const unescaped = (name: string): string =>
  name.replace(/\\(?:([0-9A-F]{2})|(.))/g, (_, hex: string | undefined, own: string) =>
    hex === undefined ? own : String.fromCharCode(Number.parseInt(hex, 16)),
  );
