import { type Result, ok, refuse } from '../kernel/result.ts';
import { type Bytes, type EvidenceKind, type MediaType, type PutRefusal, evidenceLimits } from './evidence.ts';
import { TELLING_BYTES, isTypeFor, mediaTypeOf } from './media-type.ts';

/** Looks at an image's header: whether it goes on as it begins, and how large it says it is. */
export type InspectImage = (bytes: Uint8Array) => 'fine' | 'damaged' | 'too-many-pixels';

/** How large a piece may be. */
export const mostBytesOf = (kind: EvidenceKind): number =>
  kind === 'face-video' ? evidenceLimits.videoBytes : evidenceLimits.imageBytes;

/** Thrown through a stream that is being written, so that nothing of it stays. */
export class TooManyBytes extends Error {
  readonly mostBytes: number;
  constructor(mostBytes: number) {
    super(`more than ${mostBytes} bytes`);
    this.mostBytes = mostBytes;
  }
}

/** Bytes that are all there, as a stream. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * Tells the type by the content. An image is looked at whole, which its limit allows; a video by its beginning, and counted while it is
 * written.
 */
export async function screen(
  kind: EvidenceKind,
  given: Bytes,
  inspectImage: InspectImage,
): Promise<Result<{ readonly mediaType: MediaType; readonly bytes: AsyncIterable<Uint8Array> }, PutRefusal>> {
  const mostBytes = mostBytesOf(kind);
  const source = (given instanceof Uint8Array ? once(given) : given)[Symbol.asyncIterator]();
  const isWhole = kind !== 'face-video';
  const head: Uint8Array[] = [];
  let headBytes = 0;
  while (isWhole || headBytes < TELLING_BYTES) {
    const next = await source.next();
    if (next.done === true) break;
    head.push(next.value);
    headBytes += next.value.length;
    if (headBytes > mostBytes) {
      await source.return?.();
      return refuse({ kind: 'too-many-bytes', mostBytes });
    }
  }
  const start = Buffer.concat(head);
  const mediaType = mediaTypeOf(start.subarray(0, TELLING_BYTES));
  const refusal = refusalOf(start, mediaType, kind, inspectImage);
  if (refusal !== null || mediaType === null) {
    await source.return?.();
    return refuse(refusal ?? { kind: 'wrong-type' });
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield start;
    let byteLength = start.length;
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      byteLength += next.value.length;
      if (byteLength > mostBytes) throw new TooManyBytes(mostBytes);
      yield next.value;
    }
  }
  return ok({ mediaType, bytes: all() });
}

function refusalOf(
  start: Uint8Array,
  mediaType: MediaType | null,
  kind: EvidenceKind,
  inspectImage: InspectImage,
): PutRefusal | null {
  if (start.length === 0) return { kind: 'empty' };
  if (mediaType === null || !isTypeFor(kind, mediaType)) return { kind: 'wrong-type' };
  if (kind === 'face-video') return null;
  const said = inspectImage(start);
  return said === 'fine' ? null : { kind: said };
}
