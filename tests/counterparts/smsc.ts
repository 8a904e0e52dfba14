// A message centre that speaks SMPP 3.4: takes, refuses, throttles, hangs, cuts, answers late and twice, sends receipts, and keeps a
// journal of all that it took. As a program:
//   node tests/counterparts/smsc.ts --port 2775 --journal smsc.jsonl --plan accept:90,throttle:5,take-and-cut:2,late=2000:3 --seed 7
import net from 'node:net';
import tls from 'node:tls';
import { commandLine, Journal, takes, type Behaviour } from './sms-behaviour.ts';
import { splitHeader, textOf, type Concatenation } from './sms-text.ts';
import {
  COMMAND,
  cString,
  deliverSmBody,
  encodePdu,
  GENERIC_NACK,
  pduReader,
  readBind,
  readSubmitSm,
  RESPONSE,
  type Pdu,
  type SubmitSm,
} from './smpp-pdu.ts';

const ESME_RINVMSGLEN = 0x01;
const ESME_RINVCMDID = 0x03;
const ESME_RINVBNDSTS = 0x04;
const ESME_RINVPASWD = 0x0e;
const ESME_RTHROTTLED = 0x58;

/** One submission as it came, and what was done with it. */
export type Submission = {
  readonly number: number;
  readonly at: string;
  readonly connection: number;
  readonly from: string;
  readonly to: string;
  readonly source: SubmitSm['source'];
  readonly destination: SubmitSm['destination'];
  readonly esmClass: number;
  readonly registeredDelivery: number;
  readonly dataCoding: number;
  readonly isPayload: boolean;
  readonly concatenation: Concatenation | null;
  readonly text: string;
  readonly behaviour: Behaviour;
  /** Whether the centre has it; then also the ID it answered or would have answered. */
  readonly taken: boolean;
  readonly messageId: string | null;
};

/** A message as the telephone shows it. */
export type ShownMessage = {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly messageIds: readonly string[];
};

export type SmscOptions = {
  readonly port?: number;
  readonly behave?: (submission: { readonly number: number; readonly text: string; readonly to: string }) => Behaviour;
  readonly journalFile?: string;
  readonly systemId?: string;
  readonly password?: string;
  readonly isPacked?: boolean;
  readonly messageId?: (number: number) => string;
  /** Sends a receipt for each message taken, so long after the answer; negative: just before it. */
  readonly receiptAfterMs?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
};

export type ReceiptForm = {
  readonly messageId: string;
  readonly stat?: string;
  /** Which of the two ways of saying it; both by default. */
  readonly form?: 'text' | 'tlv' | 'both';
  readonly esmClass?: number;
};

type Connection = { readonly number: number; readonly socket: net.Socket; isBound: boolean; sequence: number };

const STATES: Readonly<Record<string, number>> = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  ACCEPTD: 6,
  UNKNOWN: 7,
  REJECTD: 8,
};

export class Smsc {
  readonly journal: Journal<Submission>;
  /** `command_status` of each answer to a receipt, in order. */
  readonly receiptAnswers: number[] = [];
  readonly binds: { systemId: string; interfaceVersion: number }[] = [];
  enquiries = 0;
  /** Says nothing at all while set, as a centre whose process is stopped. */
  isDeaf = false;
  /** Refuses to bind with this status while set. */
  bindStatus = 0;
  readonly #options: SmscOptions;
  readonly #server: net.Server;
  readonly #connections = new Set<Connection>();
  #connectionCount = 0;

  constructor(options: SmscOptions = {}) {
    this.#options = options;
    this.journal = new Journal(options.journalFile);
    const serve = (socket: net.Socket): void => this.#serve(socket);
    this.#server = options.tls === undefined ? net.createServer(serve) : tls.createServer(options.tls, serve);
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port ?? 0, '127.0.0.1', resolve);
    });
    return (this.#server.address() as net.AddressInfo).port;
  }

  get submissions(): readonly Submission[] {
    return this.journal.entries;
  }

  get taken(): readonly Submission[] {
    return this.submissions.filter(({ taken }) => taken);
  }

  get boundConnections(): number {
    return [...this.#connections].filter(({ isBound }) => isBound).length;
  }

  /** What telephones show by now: whole messages, parts put together, in the order of their last part. */
  messages(): ShownMessage[] {
    const shown: ShownMessage[] = [];
    const partsOf = new Map<string, Map<number, Submission>>();
    for (const submission of this.taken) {
      const { from, to, text, concatenation, messageId } = submission;
      if (concatenation === null) {
        shown.push({ from, to, text, messageIds: [messageId!] });
        continue;
      }
      const key = JSON.stringify([from, to, concatenation.reference, concatenation.total]);
      const parts = partsOf.get(key) ?? new Map<number, Submission>();
      partsOf.set(key, parts.set(concatenation.part, submission));
      if (parts.size < concatenation.total) continue;
      partsOf.delete(key);
      const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
      shown.push({
        from,
        to,
        text: inOrder.map((part) => part.text).join(''),
        messageIds: inOrder.map((part) => part.messageId!),
      });
    }
    return shown;
  }

  sendReceipt({ messageId, stat = 'DELIVRD', form = 'both', esmClass = 0x04 }: ReceiptForm): void {
    const text = `id:${messageId} sub:001 dlvrd:001 submit date:2611250000 done date:2611250001 stat:${stat} err:000 text:`;
    this.deliver({
      esmClass,
      text: form === 'tlv' ? '' : text,
      tlvs:
        form === 'text'
          ? []
          : [
              [0x001e, cString(messageId)],
              [0x0427, Uint8Array.of(STATES[stat] ?? 7)],
            ],
    });
  }

  /** A `deliver_sm` to every bound connection. */
  deliver({ esmClass, text, tlvs = [] }: { esmClass: number; text: string; tlvs?: [number, Uint8Array][] }): void {
    for (const connection of this.#connections)
      if (connection.isBound)
        this.#send(
          connection,
          COMMAND.deliverSm,
          0,
          ++connection.sequence,
          deliverSmBody({ from: '34600000001', to: 'Cotejo', esmClass, text, tlvs }),
        );
  }

  unbindAll(): void {
    for (const connection of this.#connections) this.#send(connection, COMMAND.unbind, 0, ++connection.sequence);
  }

  cutAll(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }

  /** Octets of no PDU to every connection. */
  sendGarbage(octets: Uint8Array): void {
    for (const { socket } of this.#connections) socket.write(octets);
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.journal.close();
  }

  #serve(socket: net.Socket): void {
    const connection: Connection = { number: ++this.#connectionCount, socket, isBound: false, sequence: 0 };
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', () => socket.destroy());
    const read = pduReader();
    socket.on('data', (chunk) => {
      if (this.isDeaf) return;
      try {
        for (const pdu of read(chunk)) this.#receive(connection, pdu);
      } catch {
        socket.destroy();
      }
    });
  }

  #receive(connection: Connection, { command, status, sequence, body }: Pdu): void {
    const answer = (answerStatus: number, answerBody?: Uint8Array): void =>
      this.#send(connection, command + RESPONSE, answerStatus, sequence, answerBody);
    switch (command) {
      case COMMAND.bindTransceiver:
      case COMMAND.bindTransmitter:
      case COMMAND.bindReceiver: {
        const { systemId, password, interfaceVersion } = readBind(body);
        const { systemId: wantedId = systemId, password: wantedPassword = password } = this.#options;
        const refusal = systemId !== wantedId || password !== wantedPassword ? ESME_RINVPASWD : this.bindStatus;
        this.binds.push({ systemId, interfaceVersion });
        connection.isBound = refusal === 0;
        return answer(refusal, refusal === 0 ? cString('COUNTERPART') : undefined);
      }
      case COMMAND.enquireLink:
        this.enquiries++;
        return answer(0);
      case COMMAND.unbind:
        connection.isBound = false;
        return answer(0);
      case COMMAND.submitSm:
        return connection.isBound ? this.#submit(connection, body, answer) : answer(ESME_RINVBNDSTS);
      case COMMAND.deliverSm + RESPONSE:
        this.receiptAnswers.push(status);
        return undefined;
      default:
        if (command < RESPONSE) this.#send(connection, GENERIC_NACK, ESME_RINVCMDID, sequence);
    }
  }

  #submit(connection: Connection, body: Buffer, answer: (status: number, body?: Uint8Array) => void): void {
    const number = this.submissions.length + 1;
    let read: ReturnType<typeof readText>;
    try {
      read = readText(body, this.#options.isPacked ?? false);
    } catch {
      return answer(ESME_RINVMSGLEN);
    }
    const { octets: _, ...fields } = read.submit;
    const { concatenation, text } = read;
    const to = fields.destination.address;
    const behaviour = this.#options.behave?.({ number, text, to }) ?? { kind: 'accept' };
    const taken = takes(behaviour);
    const messageId = taken ? (this.#options.messageId?.(number) ?? `m_${number}`) : null;
    const from = fields.source.address;
    // What is acknowledged is in the journal first.
    this.journal.write({
      number,
      at: new Date().toISOString(),
      connection: connection.number,
      from,
      to,
      ...fields,
      concatenation,
      text,
      behaviour,
      taken,
      messageId,
    });
    this.#answerAs(behaviour, connection, answer, messageId);
  }

  #answerAs(
    behaviour: Behaviour,
    { socket }: Connection,
    answer: (status: number, body?: Uint8Array) => void,
    messageId: string | null,
  ): void {
    const acknowledge = (): void => answer(0, cString(messageId!));
    if (behaviour.kind === 'refuse') return answer(behaviour.status);
    if (behaviour.kind === 'throttle') return answer(ESME_RTHROTTLED);
    if (behaviour.kind === 'cut' || behaviour.kind === 'take-and-cut') return void socket.destroy();
    if (behaviour.kind === 'hang' || behaviour.kind === 'take-and-hang') return;
    const { receiptAfterMs } = this.#options;
    if (receiptAfterMs !== undefined && receiptAfterMs < 0) this.sendReceipt({ messageId: messageId! });
    if (behaviour.kind === 'late') setTimeout(acknowledge, behaviour.ms);
    else acknowledge();
    if (behaviour.kind === 'twice') acknowledge();
    if (behaviour.kind === 'answer-and-cut') socket.end();
    if (receiptAfterMs !== undefined && receiptAfterMs >= 0)
      setTimeout(() => this.sendReceipt({ messageId: messageId! }), receiptAfterMs).unref();
  }

  #send(connection: Connection, command: number, status: number, sequence: number, body?: Uint8Array): void {
    if (!this.isDeaf && connection.socket.writable) connection.socket.write(encodePdu(command, status, sequence, body));
  }
}

function readText(
  body: Buffer,
  isPacked: boolean,
): { submit: SubmitSm; concatenation: Concatenation | null; text: string } {
  const submit = readSubmitSm(body);
  const { concatenation, body: content, headerOctets } = splitHeader(submit.octets, (submit.esmClass & 0x40) !== 0);
  // One SMS has room for 140 octets, which is 160 septets.
  const room = submit.dataCoding === 8 || isPacked ? 140 : headerOctets === 0 ? 160 : 153 + headerOctets;
  if (!submit.isPayload && submit.octets.length > room) throw new RangeError('longer than an SMS');
  return { submit, concatenation, text: textOf(content, submit.dataCoding, isPacked, headerOctets) };
}

if (import.meta.main) {
  const { port, journalFile, behave, receiptAfterMs } = commandLine();
  const smsc = new Smsc({
    port,
    behave,
    ...(journalFile === undefined ? {} : { journalFile }),
    ...(receiptAfterMs === undefined ? {} : { receiptAfterMs }),
  });
  process.stdout.write(`${JSON.stringify({ port: await smsc.listen() })}\n`);
  process.once('SIGTERM', () => void smsc.close().then(() => process.exit(0)));
}
