// SMPP 3.4 on the wire, written from the specification and sharing nothing with the library that the service uses.

export const COMMAND = {
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submitSm: 0x04,
  deliverSm: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
} as const;
export const RESPONSE = 0x80000000;
export const GENERIC_NACK = 0x80000000;

export type Pdu = {
  readonly command: number;
  readonly status: number;
  readonly sequence: number;
  readonly body: Buffer;
};

export function encodePdu(
  command: number,
  status: number,
  sequence: number,
  body: Uint8Array = new Uint8Array(0),
): Buffer {
  const head = Buffer.alloc(16);
  [16 + body.length, command, status, sequence].forEach((value, at) => head.writeUInt32BE(value >>> 0, at * 4));
  return Buffer.concat([head, body]);
}

/** Cuts a stream into PDUs. @throws RangeError on a length that no PDU has. */
export function pduReader(): (chunk: Uint8Array) => Pdu[] {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const pdus: Pdu[] = [];
    while (held.length >= 16) {
      const length = held.readUInt32BE(0);
      if (length < 16 || length > 70_000) throw new RangeError('not the length of a PDU');
      if (held.length < length) break;
      pdus.push({
        command: held.readUInt32BE(4),
        status: held.readUInt32BE(8),
        sequence: held.readUInt32BE(12),
        body: Buffer.from(held.subarray(16, length)),
      });
      held = held.subarray(length);
    }
    return pdus;
  };
}

export const cString = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1');

class Reader {
  readonly #body: Buffer;
  #at = 0;
  constructor(body: Buffer) {
    this.#body = body;
  }
  octet(): number {
    return this.#body.readUInt8(this.#at++);
  }
  cString(): string {
    const end = this.#body.indexOf(0, this.#at);
    if (end === -1) throw new RangeError('a string does not end');
    const text = this.#body.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return text;
  }
  octets(count: number): Buffer {
    if (this.#at + count > this.#body.length) throw new RangeError('fewer octets than promised');
    return this.#body.subarray(this.#at, (this.#at += count));
  }
  tlvs(): Map<number, Buffer> {
    const tlvs = new Map<number, Buffer>();
    while (this.#at < this.#body.length) {
      const [tag, length] = [this.octet() * 256 + this.octet(), this.octet() * 256 + this.octet()];
      tlvs.set(tag, this.octets(length));
    }
    return tlvs;
  }
}

export type Bind = { readonly systemId: string; readonly password: string; readonly interfaceVersion: number };

export function readBind(body: Buffer): Bind {
  const reader = new Reader(body);
  const [systemId, password] = [reader.cString(), reader.cString()];
  reader.cString();
  return { systemId, password, interfaceVersion: reader.octet() };
}

export type SubmitSm = {
  readonly source: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly destination: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly esmClass: number;
  readonly registeredDelivery: number;
  readonly dataCoding: number;
  readonly octets: Buffer;
  readonly isPayload: boolean;
};

const MESSAGE_PAYLOAD = 0x0424;

/** Source: SMPP v3.4, section 4.4.1. */
export function readSubmitSm(body: Buffer): SubmitSm {
  const reader = new Reader(body);
  const address = (): SubmitSm['source'] => ({ ton: reader.octet(), npi: reader.octet(), address: reader.cString() });
  reader.cString(); // service_type
  const source = address();
  const destination = address();
  const esmClass = reader.octet();
  reader.octets(2); // protocol_id, priority_flag
  reader.cString(); // schedule_delivery_time
  reader.cString(); // validity_period
  const registeredDelivery = reader.octet();
  reader.octet(); // replace_if_present_flag
  const dataCoding = reader.octet();
  reader.octet(); // sm_default_msg_id
  const short = reader.octets(reader.octet());
  const payload = reader.tlvs().get(MESSAGE_PAYLOAD);
  if (payload !== undefined && short.length > 0) throw new RangeError('a message in two places');
  return {
    source,
    destination,
    esmClass,
    registeredDelivery,
    dataCoding,
    octets: payload ?? short,
    isPayload: payload !== undefined,
  };
}

export type DeliverSm = {
  readonly from: string;
  readonly to: string;
  readonly esmClass: number;
  readonly text: string;
  readonly tlvs?: readonly (readonly [tag: number, value: Uint8Array])[];
};

/** Source: SMPP v3.4, section 4.6.1. */
export function deliverSmBody({ from, to, esmClass, text, tlvs = [] }: DeliverSm): Buffer {
  const message = Buffer.from(text, 'latin1');
  return Buffer.concat([
    cString(''),
    Buffer.of(1, 1),
    cString(from),
    Buffer.of(0, 0),
    cString(to),
    Buffer.of(esmClass, 0, 0, 0, 0, 0, 0, 0, 0, message.length),
    message,
    ...tlvs.map(([tag, value]) =>
      Buffer.concat([Buffer.of(tag >> 8, tag & 0xff, value.length >> 8, value.length & 0xff), value]),
    ),
  ]);
}
