// A process that keeps evidence as fast as it can and says what was acknowledged, until it is killed: one line for each piece or part.
import { createHash, randomBytes } from 'node:crypto';
import { secretsFrom } from '../../src/access/secrets.client.ts';
import type { EvidencePlace } from '../../src/evidence/evidence.ts';
import { evidenceRoom } from '../../src/evidence/evidence-room.client.ts';
import { type DatabaseAddress, openDatabase } from '../../src/storage/database.client.ts';
import { folderBlobs } from '../../src/storage/folder-blobs.client.ts';
import { mediaLike } from './evidence.ts';

export type WriterOrder = {
  readonly connection: DatabaseAddress;
  readonly folder: string;
  /** Base64. */
  readonly key: string;
  readonly places: readonly EvidencePlace[];
  /** Files to keep in each place: a photograph and two parts of a recording in turns. */
  readonly files: number;
};

export type Acknowledged = {
  readonly place: EvidencePlace;
  readonly itemNumber: number;
  /** 0: a photograph. */
  readonly partNumber: number;
  readonly sha256: string;
};

const order = JSON.parse(process.argv[2]!) as WriterOrder;
const { database, close } = openDatabase(order.connection, { connections: 2 });
const { wrapKey, unwrapKey } = secretsFrom(Buffer.from(order.key, 'base64'));
const room = evidenceRoom({
  database,
  blobs: folderBlobs(order.folder),
  wrapKey,
  unwrapKey,
  clock: () => new Date(),
  newName: () => randomBytes(16).toString('hex'),
  inspectImage: () => 'fine',
});
const say = (acknowledged: Acknowledged): unknown => process.stdout.write(`${JSON.stringify(acknowledged)}\n`);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function keepIn(place: EvidencePlace): Promise<void> {
  for (let n = 0; n < order.files;) {
    const photograph = mediaLike.jpeg(40_000);
    const kept = await room.put(place, { kind: 'front', bytes: photograph });
    if (!kept.ok) throw new Error(kept.refusal.kind);
    say({ place, itemNumber: kept.value.itemNumber, partNumber: 0, sha256: digest(photograph) });
    n += 1;
    const recording = await room.beginRecording(place, { kind: 'face-video' });
    if (!recording.ok) throw new Error(recording.refusal.kind);
    const { itemNumber } = recording.value;
    for (let partNumber = 1; partNumber <= 2 && n < order.files; partNumber += 1, n += 1) {
      const bytes = mediaLike.webm(30_000);
      const part = await room.appendPart(place, { itemNumber, partNumber, bytes });
      if (!part.ok) throw new Error(part.refusal.kind);
      say({ place, itemNumber, partNumber, sha256: digest(bytes) });
    }
  }
}

for (const place of order.places) await keepIn(place);
await close();
