import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { type EvidenceItem, type EvidencePlace, evidenceKinds } from '../evidence/evidence.ts';
import { parseVerificationId } from '../kernel/id.ts';
import { byteRangeOf } from './byte-range.ts';
import { caseOf } from './case.store.ts';
import { unlessDamaged, whole } from './evidence-bytes.ts';
import { seesAll } from './evidence-sight.ts';
import { type PanelAnswer, type PanelCall, type PanelHandlers, answered, panelProblem } from './guard.route.ts';
import { ok } from '../kernel/result.ts';
import type { DeskParts } from './work-parts.route.ts';
import type { evidenceTable } from './work-table.ts';

type Table = typeof evidenceTable;
type Call = PanelCall<Table[keyof Table]>;

/**
 * Evidence, decrypted for one view. Each is written down before a byte is sent, and the browser keeps nothing of it: every answer of the
 * service says `no-store`.
 */
export const evidenceHandlers = (parts: DeskParts): PanelHandlers<Table> => ({
  async readEvidence(call) {
    const place = await placeToSee(parts, call);
    if (!place.ok) return place;
    const kind = evidenceKinds.find((known) => known === call.params['kind']);
    const items = await itemsOf(parts, place.value, call.query.round);
    const item = items.find((candidate) => candidate.kind === kind);
    if (item === undefined) return panelProblem('not-found');
    await seen(parts, call, { id: place.value.id, action: 'evidence.viewed', piece: item.kind });
    const opened = await parts.evidence.open(place.value, item.itemNumber);
    if (!opened.ok) return unopened(opened.refusal.kind);
    const range = byteRangeOf(call.request.headers.range, item.byteLength);
    const bytes = await begun(opened.value.bytes);
    return bytes === null ? damaged : sendBytes(call.reply, bytes, { ...item, range });
  },

  async readExhibit(call) {
    const place = await placeToSee(parts, call);
    if (!place.ok) return place;
    const name = call.params['name'] ?? '';
    const opened = await parts.evidence.openExhibit(place.value, name, call.query.round);
    if (!opened.ok) return unopened(opened.refusal.kind);
    if (opened.value.mediaType !== 'image/jpeg') return panelProblem('not-found');
    // Decrypted while it is written down, and sent when it has been.
    const [picture] = await Promise.all([
      whole(opened.value.bytes),
      seen(parts, call, { id: place.value.id, action: 'evidence.viewed', piece: name }),
    ]);
    if (picture === null) return damaged;
    void call.reply.header('content-type', opened.value.mediaType).send(picture);
    return answered;
  },

  async readCase(call) {
    const place = await placeToSee(parts, call);
    if (!place.ok) return place;
    const [found] = await Promise.all([
      caseOf(parts, place.value, call.query.round),
      seen(parts, call, { id: place.value.id, action: 'case.viewed', piece: null }),
    ]);
    return found === null ? panelProblem('not-found') : ok(found);
  },
});

/** What was sealed as a round, by default the last one; before anything was, what has come so far. */
async function itemsOf(
  { evidence }: DeskParts,
  place: EvidencePlace,
  round: number | undefined,
): Promise<readonly EvidenceItem[]> {
  if (round !== undefined) return (await evidence.sealedRound(place, round))?.items ?? [];
  const { items, sealed } = await evidence.list(place);
  return sealed?.items ?? items;
}

/** The request that is asked for, where the caller may see its evidence: [Note: Who sees faces]. */
async function placeToSee(
  { within, review }: DeskParts,
  { account, signedIn, params, may, now }: Call,
): Promise<{ readonly ok: true; readonly value: EvidencePlace } | ReturnType<typeof panelProblem>> {
  const id = parseVerificationId(params['id'] ?? '');
  if (!id.ok) return panelProblem('not-found');
  const place = { accountId: account.id, id: id.value };
  if (seesAll(may)) return ok(place);
  const reviewer = { accountId: account.id, userId: signedIn.user.id };
  const isOwn = await within(account.id, async (transaction) => {
    const seat = await review.seats.seatOf(transaction, reviewer);
    if (seat?.id === id.value) return true;
    const pending = await review.rulings.pendingOf(transaction, reviewer, now);
    return pending.some((ruling) => ruling.id === id.value);
  });
  return isOwn ? ok(place) : panelProblem('conflict', { why: 'not-in-hand' });
}

const seen = (
  { within }: DeskParts,
  { account, audit }: Call,
  { id, action, piece }: { readonly id: number; readonly action: string; readonly piece: string | null },
): Promise<void> =>
  within(account.id, (transaction) =>
    audit(transaction, { action, object: `verification ${id}`, detail: piece === null ? {} : { piece } }),
  );

const unopened = (kind: 'unknown-item' | 'evidence-erased'): PanelAnswer =>
  kind === 'unknown-item' ? panelProblem('not-found') : panelProblem('conflict', { why: kind });

const damaged = panelProblem('conflict', { why: 'evidence-damaged' });

/** Bytes whose beginning has been read and is sound; null: it is not what it was. What is damaged further on cuts the answer off. */
async function begun(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array> | null> {
  const reading = bytes[Symbol.asyncIterator]();
  const first = await unlessDamaged(reading.next());
  if (first === null) return null;
  return (async function* () {
    try {
      for (let step = first; step.done !== true; step = await reading.next()) yield step.value;
    } finally {
      await reading.return?.();
    }
  })();
}

type Sent = {
  readonly mediaType: string;
  readonly byteLength: number;
  readonly range: ReturnType<typeof byteRangeOf>;
};

function sendBytes(
  reply: FastifyReply,
  bytes: AsyncIterable<Uint8Array>,
  { mediaType, byteLength, range }: Sent,
): PanelAnswer {
  void reply.header('accept-ranges', 'bytes').header('content-type', mediaType);
  if (range === 'unsatisfiable') {
    void reply.code(416).header('content-range', `bytes */${byteLength}`).send();
    return answered;
  }
  const { from, to } = range ?? { from: 0, to: byteLength - 1 };
  if (range !== null) void reply.code(206).header('content-range', `bytes ${from}-${to}/${byteLength}`);
  void reply.header('content-length', String(to - from + 1)).send(Readable.from(cut(bytes, { from, to, byteLength })));
  return answered;
}

type Cut = { readonly from: number; readonly to: number; readonly byteLength: number };

/** Both ends are inside. Where the last byte is asked for, the source is read to its end, which proves that it is whole. */
async function* cut(bytes: AsyncIterable<Uint8Array>, { from, to, byteLength }: Cut): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of bytes) {
    const begin = Math.max(0, from - at);
    const end = Math.min(piece.length, to + 1 - at);
    if (begin < end) yield piece.subarray(begin, end);
    at += piece.length;
    if (at > to && to + 1 < byteLength) return;
  }
}
