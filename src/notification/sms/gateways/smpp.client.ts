import { setTimeout as pause } from 'node:timers/promises';
import smpp, { type Pdu } from 'smpp';
import type { GatewayPorts, HandOver, OutgoingMessage, SmsGateway } from '../gateway.ts';
import { keepLink, type SmppLink, type Submitted } from './smpp-link.client.ts';
import { messageIdOf, readReceipt } from './smpp-receipt.ts';
import type { SmppSettings } from './smpp-settings.ts';
import { readStatus } from './smpp-status.ts';
import { submissionsOf, type SubmitFields } from './smpp-submit.ts';

/** Pauses before a later part of a message is tried again. Its first part is taken: to give up is to leave half a message. */
const LATER_PART_PAUSES_MS = [500, 1_000, 2_000];

const ESME_ROK = 0;
const ESME_RX_T_APPN = 0x64; // "not now": the centre delivers again

/** A gateway that speaks SMPP 3.4 as a transceiver. Connects at once and stays connected. */
export function openSmpp(settings: SmppSettings, { onReceipt, clock, log }: GatewayPorts): SmsGateway {
  const link = keepLink(settings, { onDeliver, log });
  const underWay = new Set<Promise<HandOver>>();
  let isClosing = false;

  return {
    name: 'smpp',
    send(message) {
      if (isClosing) return Promise.resolve({ kind: 'postponed', code: 'closing' });
      const attempt = handOver(link, message, settings);
      underWay.add(attempt);
      return attempt.finally(() => underWay.delete(attempt));
    },
    async close() {
      isClosing = true;
      await Promise.allSettled(underWay);
      await link.close();
    },
  };

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

async function handOver(link: SmppLink, message: OutgoingMessage, settings: SmppSettings): Promise<HandOver> {
  const [first, ...later] = submissionsOf(message, settings);
  const taken = judge(await link.submit(first!), settings);
  if (taken.kind !== 'accepted') return taken;
  const ids = [...taken.gatewayMessageIds];
  for (const [index, fields] of later.entries()) {
    const part = await submitLaterPart(link, fields, settings);
    if (part.kind !== 'accepted')
      return { kind: 'unknown', code: `part-${index + 2}-of-${later.length + 1}:${part.code}` };
    ids.push(...part.gatewayMessageIds);
  }
  return { kind: 'accepted', gatewayMessageIds: ids };
}

async function submitLaterPart(link: SmppLink, fields: SubmitFields, settings: SmppSettings): Promise<HandOver> {
  let part = judge(await link.submit(fields), settings);
  for (const pauseMs of LATER_PART_PAUSES_MS) {
    if (part.kind !== 'postponed') break;
    await pause(pauseMs);
    part = judge(await link.submit(fields), settings);
  }
  return part;
}

function judge(submitted: Submitted, settings: SmppSettings): HandOver {
  if (submitted.kind === 'not-sent') return { kind: 'postponed', code: submitted.code };
  if (submitted.kind === 'unanswered') return { kind: 'unknown', code: submitted.code };
  const { name, meaning, isBusy } = readStatus(submitted.status, settings.statuses);
  if (meaning === 'permanent') return { kind: 'refused', code: name };
  if (meaning === 'transient')
    return { kind: 'postponed', code: name, ...(isBusy ? { retryAfterMs: settings.busyRetryMs } : {}) };
  const { messageId } = submitted;
  return {
    kind: 'accepted',
    gatewayMessageIds: messageId === '' ? [] : [messageIdOf(messageId, settings.responseIds)],
  };
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
