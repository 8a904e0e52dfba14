/**
 * What the decoding process tells, over one pipe: a header of `headerBytes`, little-endian, then its payload.
 *   0 kind (uint32)   4 payload bytes (uint32)   8 time in ms (float64)   16 width, 20 height, 24 index (uint32)   28 zero
 * `frame`: RGB pixels. `thumbnail`: luma. `done`, `refused`: UTF-8 JSON of the facts or of the refusal.
 */
export type DecodeMessage = {
  readonly kind: 'frame' | 'thumbnail' | 'done' | 'refused';
  readonly atMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly index: number;
  readonly payload: Uint8Array;
};
const kinds = ['frame', 'thumbnail', 'done', 'refused'] as const;

export const headerBytes = 32;

/** What the parent asks, as the process's one argument in JSON. The file itself is its standard input. */
export type DecodeRequest = {
  readonly fps: number;
  readonly wantsThumbnails: boolean;
  readonly maxDurationMs: number;
  readonly maxSidePx: number;
  readonly maxStoredFrames: number;
};

export function encodeHeader(message: Omit<DecodeMessage, 'payload'>, payloadBytes: number): Uint8Array {
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  view.setUint32(0, kinds.indexOf(message.kind), true);
  view.setUint32(4, payloadBytes, true);
  view.setFloat64(8, message.atMs, true);
  view.setUint32(16, message.widthPx, true);
  view.setUint32(20, message.heightPx, true);
  view.setUint32(24, message.index, true);
  return header;
}

/** The other side broke the protocol. A decoder that hostile bytes have taken over may say anything. */
export class ProtocolError extends Error {}

/**
 * Messages out of the pipe, each payload in a buffer of its own. The payload's size must be what the kind and the sides say.
 * @param memoryFor where a frame's pixels go: that many bytes, all of which will be written.
 * @throws ProtocolError when a header is not one that the process may send.
 */
export async function* readMessages(
  chunks: AsyncIterable<Uint8Array>,
  maxSidePx: number,
  thumbnailBytes: number,
  memoryFor: (frameBytes: number) => Uint8Array = (frameBytes) => new Uint8Array(frameBytes),
): AsyncGenerator<DecodeMessage> {
  const header = new Uint8Array(headerBytes);
  let message: Omit<DecodeMessage, 'payload'> | null = null;
  let into: Uint8Array = header;
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(chunk.length - at, into.length - filled);
      into.set(chunk.subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < into.length) continue;
      if (message === null) {
        const parsed: ParsedHeader = parseHeader(header, maxSidePx, thumbnailBytes);
        message = parsed.message;
        into = message.kind === 'frame' ? memoryFor(parsed.payloadBytes) : new Uint8Array(parsed.payloadBytes);
      } else {
        yield { ...message, payload: into };
        message = null;
        into = header;
      }
      filled = 0;
    }
  }
}
type ParsedHeader = { readonly message: Omit<DecodeMessage, 'payload'>; readonly payloadBytes: number };

const maxReportBytes = 4096;

function parseHeader(header: Uint8Array, maxSidePx: number, thumbnailBytes: number): ParsedHeader {
  const view = new DataView(header.buffer);
  const kind = kinds[view.getUint32(0, true)];
  const payloadBytes = view.getUint32(4, true);
  const atMs = view.getFloat64(8, true);
  const widthPx = view.getUint32(16, true);
  const heightPx = view.getUint32(20, true);
  const index = view.getUint32(24, true);
  const isSound =
    (kind === 'frame' &&
      Math.min(widthPx, heightPx) > 0 &&
      Math.max(widthPx, heightPx) <= maxSidePx &&
      payloadBytes === widthPx * heightPx * 3) ||
    (kind === 'thumbnail' && payloadBytes === thumbnailBytes) ||
    ((kind === 'done' || kind === 'refused') && payloadBytes > 0 && payloadBytes <= maxReportBytes);
  if (!isSound || kind === undefined || !Number.isFinite(atMs))
    throw new ProtocolError('the decoder broke its protocol');
  return { message: { kind, atMs, widthPx, heightPx, index }, payloadBytes };
}
