/**
 * Whether a coded VP8 or VP9 packet gives a picture to look at. Encoders with look-ahead store pictures that are only referred
 * to; they take a packet and a time stamp but no place on the screen.
 * Source: RFC 6386 section 9.1 (VP8 frame tag), VP9 bitstream specification 6.2 (uncompressed header) and annex B (superframes).
 */
export function isShown(codec: 'vp8' | 'vp9', packet: Uint8Array): boolean {
  const first = packet[0];
  if (first === undefined) return false;
  if (codec === 'vp8') return (first & 0x10) !== 0;
  if ((packet[packet.length - 1]! & 0xe0) === 0xc0) return true; // a superframe ends with the picture that it is for
  const afterProfile = (first & 0x30) === 0x30 ? 5 : 4; // profile 3 has a reserved bit
  const bit = (at: number): boolean => (first & (0x80 >> at)) !== 0;
  const showsExisting = bit(afterProfile);
  return showsExisting || bit(afterProfile + 2);
}
