export type ByteRange = { readonly from: number; readonly to: number };

/**
 * The part of a file that a `Range` header asks for, both ends inside; null: all of it, also where the header asks for something that need not
 * be understood, such as several parts.
 * Source: RFC 9110, section 14.1.2 (byte ranges) and 14.2 (a server may ignore the field).
 */
export function byteRangeOf(header: string | undefined, byteLength: number): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 || byteLength === 0
      ? 'unsatisfiable'
      : { from: Math.max(0, byteLength - suffix), to: byteLength - 1 };
  }
  const from = Number(first);
  const to = last === '' ? byteLength - 1 : Math.min(Number(last), byteLength - 1);
  if (last !== '' && Number(last) < from) return null;
  return from >= byteLength ? 'unsatisfiable' : { from, to };
}
