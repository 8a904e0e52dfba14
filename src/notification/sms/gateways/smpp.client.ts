import { setTimeout as pause } from 'node:timers/promises';
import smpp, { type Pdu } from 'smpp';
import type { GatewayPorts, HandOver, OutgoingMessage, SmsGateway } from '../gateway.ts';
import { Recent } from './recent.ts';
import { keepLink, type SmppLink, type Submitted } from './smpp-link.client.ts';
import { messageIdOf, readReceipt } from './smpp-receipt.ts';
import type { SmppSettings } from './smpp-settings.ts';
import { readStatus } from './smpp-status.ts';
import { submissionsOf, type SubmitFields } from './smpp-submit.ts';

/** Pauses before a later part of a message is tried again. Its first part is taken: to give up is to leave half a message. */
const LATER_PART_PAUSES_MS = [500, 1_000, 2_000];

const ESME_ROK = 0;
const ESME_RX_T_APPN = 0x64; // "not now": the centre delivers again

/** Messages whose parts are remembered: enough for whatever is being tried again at any one time. */
const REMEMBERED = 10_000;

/** IDs of the parts of a message that are taken, by position: empty where the centre named none, undefined where not known to be taken. */
type Taken = (string | undefined)[];

// [Note: What was taken is not sent again]
// Parts that a centre is known to have taken are remembered by the message's reference, also when the answer came too late or when another
// part failed. The next attempt for the message sends what is missing, and a message that is whole is accepted without sending anything.
// After a restart nothing is remembered: then a part may go twice, under the same reference, and a phone shows it once.

/** A gateway that speaks SMPP 3.4 as a transceiver. Connects at once and stays connected. */
export function openSmpp(settings: SmppSettings, { onReceipt, clock, log }: GatewayPorts): SmsGateway {
  const link = keepLink(settings, { onDeliver, log });
  const underWay = new Map<string, Promise<HandOver>>();
  const remembered = new Recent<string, Taken>(REMEMBERED);
  let isClosing = false;

  return {
    name: 'smpp',
    send(message) {
      if (isClosing) return Promise.resolve({ kind: 'postponed', code: 'closing' });
      const { reference } = message;
      const attempt = underWay.get(reference) ?? handOver(link, message, takenOf(reference), settings);
      underWay.set(reference, attempt);
      return attempt.finally(() => underWay.delete(reference));
    },
    async close() {
      isClosing = true;
      await Promise.allSettled(underWay.values());
      await link.close();
    },
  };

  function takenOf(reference: string): Taken {
    const taken = remembered.get(reference) ?? [];
    remembered.set(reference, taken);
    return taken;
  }

  async function onDeliver(pdu: Pdu): Promise<number> {
    try {
      const receipt = readReceipt(deliveredOf(pdu), settings.receiptIds);
      if (receipt === null) log.info('somebody answered a message; answers are not read', { gateway: 'smpp' });
      else await onReceipt({ ...receipt, at: clock() });
      return ESME_ROK;
    } catch (error) {
      log.warn('a receipt could not be stored and is asked for again', {
        gateway: 'smpp',
        error: (error as Error).name,
      });
      return ESME_RX_T_APPN;
    }
  }
}

async function handOver(
  link: SmppLink,
  message: OutgoingMessage,
  taken: Taken,
  settings: SmppSettings,
): Promise<HandOver> {
  const parts = submissionsOf(message, settings);
  for (const [index, fields] of parts.entries()) {
    if (taken[index] !== undefined) continue;
    const isBegun = taken.some((id) => id !== undefined);
    const outcome = await submitPart(link, fields, isBegun ? LATER_PART_PAUSES_MS : [], settings, (lateId) => {
      taken[index] = lateId;
    });
    if (outcome.kind === 'taken') taken[index] = outcome.id;
    else if (taken[index] === undefined)
      return isBegun ? { kind: 'unknown', code: `part-${index + 1}-of-${parts.length}:${outcome.code}` } : outcome;
  }
  return { kind: 'accepted', gatewayMessageIds: taken.filter((id) => id !== undefined && id !== '') as string[] };
}

type PartTrouble = Exclude<HandOver, { kind: 'accepted' }>;

/** Submits one part, and again after each of the pauses while it is certainly not taken. */
async function submitPart(
  link: SmppLink,
  fields: SubmitFields,
  pausesMs: readonly number[],
  settings: SmppSettings,
  onTakenLate: (id: string) => void,
): Promise<{ readonly kind: 'taken'; readonly id: string } | PartTrouble> {
  for (const pauseMs of [...pausesMs, null]) {
    const submitted = await link.submit(fields, (late) => {
      if (late.status === ESME_ROK) onTakenLate(messageIdOf(late.messageId, settings.responseIds));
    });
    if (submitted.kind === 'answered' && submitted.status === ESME_ROK)
      return { kind: 'taken', id: messageIdOf(submitted.messageId, settings.responseIds) };
    const trouble = troubleOf(submitted, settings);
    if (trouble.kind !== 'postponed' || pauseMs === null) return trouble;
    await pause(pauseMs);
  }
  throw new Error('there is always a last attempt');
}

function troubleOf(submitted: Submitted, settings: SmppSettings): PartTrouble {
  if (submitted.kind === 'not-sent') return { kind: 'postponed', code: submitted.code };
  if (submitted.kind === 'unanswered') return { kind: 'unknown', code: submitted.code };
  const { name, meaning, isBusy } = readStatus(submitted.status, settings.statuses);
  if (meaning === 'permanent') return { kind: 'refused', code: name };
  return { kind: 'postponed', code: name, ...(isBusy ? { retryAfterMs: settings.busyRetryMs } : {}) };
}

function deliveredOf(pdu: Pdu): Parameters<typeof readReceipt>[0] {
  const id = pdu['receipted_message_id'];
  const state = pdu['message_state'];
  return {
    esmClass: Number(pdu['esm_class'] ?? 0),
    text: textOf(pdu),
    receiptedMessageId: typeof id === 'string' && id !== '' ? id : undefined,
    messageState: typeof state === 'number' ? state : undefined,
  };
}

/**
 * The text of a receipt, which is ASCII whatever its `data_coding` says. The library has read codings 0 and 1 as GSM 7-bit, which makes
 * § of an underscore in a message ID; encoding it again gives the bytes back.
 */
function textOf(pdu: Pdu): string {
  const content = contentOf(pdu['short_message']) ?? contentOf(pdu['message_payload']) ?? '';
  if (typeof content !== 'string') return Buffer.from(content).toString('latin1');
  const coding = Number(pdu['data_coding'] ?? 0) & 0xf;
  return coding > 1 ? content : Buffer.from(smpp.gsmCoder.encode(content, 0)).toString('latin1');
}

function contentOf(field: unknown): string | Uint8Array | null {
  const content: unknown = typeof field === 'object' && field !== null && 'message' in field ? field.message : field;
  return (typeof content === 'string' || content instanceof Uint8Array) && content.length > 0 ? content : null;
}
