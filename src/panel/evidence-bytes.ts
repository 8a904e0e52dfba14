import { EvidenceDamaged } from '../evidence/evidence.ts';

/** What reading evidence came to; null: its bytes are not what they were. */
export async function unlessDamaged<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof EvidenceDamaged) return null;
    throw error;
  }
}

/** All of it; null where it is damaged. */
export const whole = (bytes: AsyncIterable<Uint8Array>): Promise<Buffer | null> =>
  unlessDamaged(
    (async () => {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      return Buffer.concat(pieces);
    })(),
  );
