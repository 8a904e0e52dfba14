/** Bytes of a file by position; `read` gives exactly `end - start` of them, which must lie within the file. */
export type ByteSource = { readonly sizeBytes: number; read(start: number, end: number): Uint8Array };

/**
 * Whether a container ends before what it says it holds. A demuxer gives what it finds, so half a WebM looks like a shorter
 * recording. A live recording states no lengths, and one that is cut exactly between two of its blocks cannot be told apart.
 * Anything that is neither WebM nor MP4 is never cut short.
 * Source: RFC 8794 (EBML) and RFC 9559 (Matroska) for WebM, ISO/IEC 14496-12 4.2 for MP4 and MOV.
 */
export function isCutShort(source: ByteSource): boolean {
  if (source.sizeBytes < 12) return false;
  const start = source.read(0, 12);
  if (new DataView(start.buffer, start.byteOffset).getUint32(0) === ebmlHeader) return isWebmCutShort(source);
  return boxTypesAtTheStart.has(String.fromCharCode(...start.subarray(4, 8))) && isMp4CutShort(source);
}

const boxTypesAtTheStart = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'styp', 'pdin']);

/** The boxes at the top follow one another to the end of the file. Fewer than 8 bytes after the last are padding. */
function isMp4CutShort({ sizeBytes, read }: ByteSource): boolean {
  for (let at = 0; at + 8 <= sizeBytes;) {
    const header = viewOf(read(at, Math.min(at + 16, sizeBytes)));
    const size32 = header.getUint32(0);
    if (size32 === 0) return false; // reaches to the end, wherever that is
    if (size32 === 1 && header.byteLength < 16) return true;
    const boxBytes = size32 === 1 ? Number(header.getBigUint64(8)) : size32;
    if (boxBytes < 8) return false; // not a box: what follows the last one is not ours to judge
    at += boxBytes;
    if (at > sizeBytes) return true;
  }
  return false;
}

const ebmlHeader = 0x1a45dfa3;
const segment = 0x18538067;
const cluster = 0x1f43b675;

/** Elements follow one another; of those that state no length (Segment, Cluster) the children do. */
function isWebmCutShort(source: ByteSource): boolean {
  for (let at = 0; at < source.sizeBytes;) {
    const element = readElement(source, at);
    if (element === 'cut') return true;
    if (element === 'not an element') return false;
    const { id, dataAt, dataBytes } = element;
    if (dataBytes !== null && dataAt + dataBytes > source.sizeBytes) return true;
    const isEntered = id === segment || (id === cluster && dataBytes === null);
    at = isEntered || dataBytes === null ? dataAt : dataAt + dataBytes;
  }
  return false;
}

type Element = { readonly id: number; readonly dataAt: number; readonly dataBytes: number | null };

/** An identifier of 1 to 4 bytes keeps its length marker; a size of 1 to 8 bytes sheds it, all ones meaning unknown. */
function readElement({ sizeBytes, read }: ByteSource, at: number): Element | 'cut' | 'not an element' {
  const head = read(at, Math.min(at + 12, sizeBytes));
  const idBytes = Math.clz32(head[0]!) - 23;
  if (idBytes > 4) return 'not an element';
  const sizeAt = idBytes;
  if (sizeAt >= head.length) return 'cut';
  const sizeLength = Math.clz32(head[sizeAt]!) - 23;
  if (sizeLength > 8) return 'not an element';
  if (sizeAt + sizeLength > head.length) return 'cut';
  let id = 0;
  for (let byte = 0; byte < idBytes; byte++) id = id * 256 + head[byte]!;
  let value = head[sizeAt]! & ((1 << (8 - sizeLength)) - 1);
  let isUnknown = value === (1 << (8 - sizeLength)) - 1;
  for (let byte = 1; byte < sizeLength; byte++) {
    value = value * 256 + head[sizeAt + byte]!;
    isUnknown &&= head[sizeAt + byte] === 0xff;
  }
  return { id, dataAt: at + sizeAt + sizeLength, dataBytes: isUnknown ? null : value };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
