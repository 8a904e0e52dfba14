import type { OutgoingMessage } from '../gateway.ts';
import { packSeptets } from '../gsm-7.ts';
import { encodeParts, encodeWhole, segmentsOf, type SmsEncoding } from '../segments.ts';
import { senderKindOf, type Sender } from '../sender.ts';
import type { SmppSettings } from './smpp-settings.ts';

/** The fields of a `submit_sm`, named as the specification names them. */
export type SubmitFields = Readonly<Record<string, string | number | Uint8Array>>;

/** `data_coding`: the centre's default alphabet, and UCS-2. Source: SMPP v3.4, section 5.2.19. */
const DATA_CODING: Readonly<Record<SmsEncoding, number>> = { 'gsm-7': 0, 'ucs-2': 8 };
const UDH_INDICATOR = 0x40;
const RECEIPT_WHATEVER_THE_OUTCOME = 1;

/** One `submit_sm` for each part of a message, or one for the whole where the centre does the cutting. */
export function submissionsOf(message: OutgoingMessage, settings: SmppSettings): readonly SubmitFields[] {
  const segments = segmentsOf(message.text);
  const source = {
    name: settings.senderName,
    number: settings.senderNumber,
    'short-code': settings.senderShortCode,
  }[senderKindOf(message.sender as Sender)];
  const isPacked = segments.encoding === 'gsm-7' && settings.defaultAlphabet === 'gsm-7-packed';
  const fields = (esmClass: number, content: SubmitFields): SubmitFields => ({
    service_type: settings.serviceType,
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: message.sender,
    dest_addr_ton: settings.destination.ton,
    dest_addr_npi: settings.destination.npi,
    destination_addr: message.to,
    esm_class: esmClass,
    registered_delivery: RECEIPT_WHATEVER_THE_OUTCOME,
    data_coding: DATA_CODING[segments.encoding],
    ...content,
  });

  if (segments.parts.length > 1 && settings.longMessages === 'payload') {
    const whole = encodeWhole(segments);
    return [fields(0, { short_message: new Uint8Array(0), message_payload: isPacked ? packed(whole, 0) : whole })];
  }
  return encodeParts(segments, concatenationReference(message.reference)).map(({ header, body }) =>
    header === null
      ? fields(0, { short_message: isPacked ? packed(body, 0) : body })
      : fields(UDH_INDICATOR, {
          // A header of 6 octets ends one bit before a septet boundary.
          short_message: joined(header, isPacked ? packed(body, 1) : body),
        }),
  );
}

/**
 * 0–255, the same in every attempt for one message: a phone that gets a part twice, because an answer was lost, puts both in the same
 * place. FNV-1a, folded.
 */
function concatenationReference(reference: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < reference.length; at++) hash = Math.imul(hash ^ reference.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff;
}

/**
 * The centre knows how many octets came, not how many septets: seven bits to spare would read as one more character, an @. A carriage
 * return takes their place and shows nothing. Source: 3GPP TS 23.038, section 6.1.2.3.1, which has the same trouble.
 */
function packed(septets: Uint8Array, fillBits: number): Uint8Array {
  const spareBits = (8 - ((fillBits + septets.length * 7) % 8)) % 8;
  return packSeptets(spareBits === 7 ? joined(septets, Uint8Array.of(0x0d)) : septets, fillBits);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
