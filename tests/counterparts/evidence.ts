import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { createAccount } from '../../src/access/account.store.ts';
import { drawInteger, secretsFrom } from '../../src/access/secrets.client.ts';
import type { CaptureFacts, EvidenceItem, EvidencePlace, PartRefusal } from '../../src/evidence/evidence.ts';
import { type EvidenceDesk, evidenceRoom } from '../../src/evidence/evidence-room.client.ts';
import type { EvidenceParts } from '../../src/evidence/evidence-tools.client.ts';
import { type AccountId, drawVerificationId } from '../../src/kernel/id.ts';
import type { Result } from '../../src/kernel/result.ts';
import { type Database, openDatabase } from '../../src/storage/database.client.ts';
import { folderBlobs } from '../../src/storage/folder-blobs.client.ts';
import { migrate } from '../../src/storage/migrate.client.ts';
import { testPostgres } from './postgres.ts';

export type TestEvidence = {
  readonly database: Database;
  readonly connection: Awaited<ReturnType<typeof testPostgres>>['connection'];
  /** Where the blobs lie. */
  readonly folder: string;
  /** What rooms are made of; several over the same parts are several processes. */
  readonly parts: EvidenceParts;
  readonly room: EvidenceDesk;
  readonly accountId: AccountId;
  /** The time that rooms are told. */
  readonly clock: { now: Date };
  /** A verification that an applicant has opened. */
  newPlace(accountId?: AccountId): Promise<EvidencePlace>;
  newAccount(): Promise<AccountId>;
  stop(): Promise<void>;
};

/** A real PostgreSQL and a real folder, for tests of what is kept in them. */
export async function testEvidence(): Promise<TestEvidence> {
  const postgres = await testPostgres();
  const opened = openDatabase(postgres.connection);
  const { database } = opened;
  await migrate(database, new Date());
  const secrets = secretsFrom(randomBytes(32));
  const folder = path.join(postgres.folder, 'evidence');
  const clock = { now: new Date('2026-03-02T10:00:00Z') };
  const parts: EvidenceParts = {
    database,
    blobs: folderBlobs(folder),
    wrapKey: secrets.wrapKey,
    unwrapKey: secrets.unwrapKey,
    clock: () => clock.now,
    newName: () => randomBytes(16).toString('hex'),
    inspectImage: () => 'fine',
  };
  const newAccount = async (): Promise<AccountId> => {
    const tokenHmac = randomBytes(32);
    const account = { name: 'Test', state: 'validated', settings: {}, tokenHmac, now: clock.now } as const;
    return (await createAccount(database, account, drawInteger)).id;
  };
  const accountId = await newAccount();
  return {
    database,
    connection: postgres.connection,
    folder,
    parts,
    room: evidenceRoom(parts),
    accountId,
    clock,
    newAccount,
    async newPlace(of = accountId) {
      const id = drawVerificationId(drawInteger);
      await sql`
        insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
          send_at, reserved_hundredths, link_lifetime_hours, invited_at, link_expires_at)
        values (${of}, ${id}, 'invited', gen_random_uuid(), ${clock.now}, ${clock.now}, '+34600000000', 'Test', '[LINK]',
          ${clock.now}, 100, 72, ${clock.now}, ${clock.now})`.execute(database);
      return { accountId: of, id };
    },
    async stop() {
      await opened.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads a recording back and keeps it, as the end of a filming does. */
export async function finishRecording(
  { database }: Pick<TestEvidence, 'database'>,
  room: EvidenceDesk,
  place: EvidencePlace,
  { facts, ...recording }: { readonly itemNumber: number; readonly parts: number; readonly facts?: CaptureFacts },
): Promise<Result<EvidenceItem, PartRefusal>> {
  const whole = await room.readBack(place, recording);
  if (!whole.ok) return whole;
  return database.transaction().execute((transaction) => room.keepRecording(transaction, place, whole.value, facts));
}

/** Bytes that begin as a type does and go on by chance. */
export const mediaLike = {
  jpeg: (byteLength: number): Buffer => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(byteLength - 4)]),
  webm: (byteLength: number): Buffer =>
    Buffer.concat([
      Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
      randomBytes(byteLength - 28),
    ]),
};
