import { digestByOid, oids, type DigestName } from './algorithms.ts';
import type { Bytes } from '../kernel/der.ts';
import { childrenOf, mismatch, present, readOid, readOnly, readTime } from '../kernel/der-reader.ts';
import type { ReadSignedData } from './read-signed-data.ts';

/** What a time-stamp token says (RFC 3161, 2.4.2). */
export type TimeStampInfo = {
  readonly at: Date;
  /** Object identifier. */
  readonly policy: string;
  readonly digest: DigestName;
  readonly imprint: Bytes;
  readonly nonce: Bytes | null;
};

/** @throws NotAsEncoded when it is no token. */
export function readTimeStampInfo({ contentType, content }: ReadSignedData): TimeStampInfo {
  if (contentType !== oids.timeStampInfo || content === null) mismatch('no time-stamp token');
  const [, policy, imprint, , at, ...rest] = childrenOf(readOnly(content!));
  const [algorithm, hash] = childrenOf(present(imprint));
  return {
    at: readTime(present(at)),
    policy: readOid(present(policy)),
    digest:
      digestByOid(readOid(present(childrenOf(present(algorithm))[0]))) ?? mismatch('a digest that is not accepted'),
    imprint: present(hash).contents,
    nonce: rest.find(({ tag }) => tag === 0x02)?.contents ?? null,
  };
}
