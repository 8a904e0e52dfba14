import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { MS_PER_DAY, MS_PER_HOUR } from '../../../kernel/instant.ts';
import type { GatewayPorts, HandOver, OutgoingMessage, SmsGateway } from '../gateway.ts';
import { linkIn, storedMessage, toShown, toStored, type OutboxMessage, type StoredMessage } from '../outbox.ts';
import { openQrWriter } from '../qr.client.ts';

/** What an installation says of its outbox. */
export const outboxSettings = z.strictObject({
  folder: z.string().min(1),
  /** How the links of this installation begin; see `toShown`. */
  linkPrefix: z.string().nullable().default(null),
  /** Messages name people: after so many days they are erased. */
  keepDays: z.int().min(1).default(30),
  /** Whether the QR code for the terminal may be in colour. */
  inColour: z.boolean().default(false),
});
export type OutboxSettings = z.infer<typeof outboxSettings>;

/**
 * A gateway that texts nobody: each message becomes a file that is on the disk, name and all, before it is accepted. The same reference
 * twice stays one message, also across processes and after a crash at any point.
 */
export function openOutbox(settings: OutboxSettings, { onWaiting, clock, log }: GatewayPorts): SmsGateway {
  const qr = openQrWriter();
  let lastErasedAt: Date | null = null;
  const ready = prepare(settings.folder);
  ready.catch(() => {}); // told by the first message that needs it

  return {
    name: 'outbox',
    async send(message) {
      const now = clock();
      let isNew: boolean;
      try {
        await ready;
        isNew = await store(settings.folder, message, now);
        if (lastErasedAt === null || now.getTime() - lastErasedAt.getTime() > MS_PER_HOUR) {
          lastErasedAt = now;
          await eraseBefore(settings.folder, new Date(now.getTime() - settings.keepDays * MS_PER_DAY));
        }
      } catch (error) {
        // To hand it over again does no harm, whatever was written before the trouble.
        return { kind: 'postponed', code: (error as NodeJS.ErrnoException).code ?? 'outbox-unwritable' };
      }
      if (isNew) await announce(message);
      return { kind: 'accepted', gatewayMessageIds: [message.reference] } satisfies HandOver;
    },
    async close() {},
  };

  async function announce({ text }: OutgoingMessage): Promise<void> {
    try {
      const found = linkIn(text, settings.linkPrefix);
      const terminalQr = found === null ? null : await qr.terminal(found, { inColour: settings.inColour });
      onWaiting({ link: found, terminalQr });
    } catch (error) {
      log.warn('a waiting message could not be announced', { gateway: 'outbox', error: (error as Error).name });
    }
  }
}

/** What waits in the outbox, newest first, at most `limit`. */
export async function listOutbox(
  { folder, linkPrefix }: Pick<OutboxSettings, 'folder' | 'linkPrefix'>,
  limit: number,
): Promise<readonly OutboxMessage[]> {
  const newest = (await namesIn(folder)).filter(isMessage).sort().reverse().slice(0, limit);
  const messages = await Promise.all(newest.map((name) => read(path.join(folder, name))));
  return messages.flatMap((message) => (message === null ? [] : [toShown(message, linkPrefix)]));
}

// [Note: One message, two names]
// A message is written under a name of its own first and then linked to `reference-…`, which fails when there is one already: so two
// attempts for one reference cannot both succeed. Its second name begins with the time, which is read from the file under the first one;
// whoever finds the first name without the second one completes the work of a process that died in between.
const isMessage = (name: string): boolean => /^\d{8}T\d{9}Z-[0-9a-z]+\.json$/.test(name);
const referenceName = (reference: string): string => `reference-${reference}`;
const messageName = ({ at, reference }: StoredMessage): string => `${at.replace(/[-:.]/g, '')}-${reference}.json`;

async function store(folder: string, message: OutgoingMessage, now: Date): Promise<boolean> {
  const wanted = storedMessage.parse(toStored(message, now)); // a reference that is no reference is a bug, and must name no file
  const first = path.join(folder, referenceName(wanted.reference));
  const draft = path.join(folder, `draft-${process.pid}-${process.hrtime.bigint()}-${wanted.reference}`);
  await writeDurably(draft, `${JSON.stringify(wanted)}\n`);
  try {
    const isNew = await linkUnlessThere(draft, first);
    const stored = isNew ? wanted : await read(first);
    if (stored === null) throw new Error('an outbox file cannot be read');
    const isCompleted = await linkUnlessThere(first, path.join(folder, messageName(stored)));
    return isNew || isCompleted;
  } finally {
    await unlink(draft);
    await syncFolder(folder);
  }
}

async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await unlink(file).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function prepare(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(path.dirname(made));
}

async function eraseBefore(folder: string, before: Date): Promise<void> {
  const end = before.toISOString().replace(/[-:.]/g, '');
  for (const name of (await namesIn(folder)).filter((candidate) => isMessage(candidate) && candidate < end)) {
    const reference = /-([0-9a-z]+)\.json$/.exec(name)![1]!;
    for (const old of [name, referenceName(reference)]) await unlink(path.join(folder, old)).catch(() => {});
  }
}

async function read(file: string): Promise<StoredMessage | null> {
  try {
    return storedMessage.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null; // erased meanwhile, or not ours
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
