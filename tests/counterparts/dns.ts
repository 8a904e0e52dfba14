// A name server over UDP that answers what it is told to, and something else the next time if it is told so. Nothing may be kept: TTL 0.
// As a program, every name with its answers, turn by turn:
//   node tests/counterparts/dns.ts --port 5353 ok.test=93.184.216.34 'rebind.test=93.184.216.34|127.0.0.1' 'mixed.test=93.184.216.34,10.0.0.1'
import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { parseAddress } from '../../src/http/client-address-notation.ts';

/** The records of a name: addresses of both families, and the name that it is an alias of. `SERVFAIL` and `silence` are said as they are. */
export type Answer = { readonly addresses: readonly string[]; readonly alias?: string } | 'SERVFAIL' | 'silence';

/** @param turn how often the name was asked for in this record type before, from 0. */
export type Zone = (name: string, turn: number) => Answer | null;

export type Question = { readonly name: string; readonly type: 'A' | 'AAAA' | 'other' };

const TYPE_A = 1;
const TYPE_CNAME = 5;
const TYPE_AAAA = 28;
const CLASS_IN = 1;
const SERVFAIL = 2;
const NXDOMAIN = 3;

export class Dns {
  readonly questions: Question[] = [];
  readonly #turns = new Map<string, number>();
  readonly #socket: Socket = createSocket('udp4');

  constructor(zone: Zone) {
    this.#socket.on('message', (message, { address, port }) => {
      const reply = this.#replyTo(message, zone);
      if (reply !== null) this.#socket.send(reply, port, address);
    });
  }

  /** @returns the server as resolvers are told it. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#socket.bind(port, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#socket.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #replyTo(message: Buffer, zone: Zone): Buffer | null {
    const { name, end } = readName(message, 12);
    const type = message.readUInt16BE(end);
    const question = message.subarray(12, end + 4);
    this.questions.push({ name, type: type === TYPE_A ? 'A' : type === TYPE_AAAA ? 'AAAA' : 'other' });
    const key = `${type} ${name}`;
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const answer = zone(name, turn);
    if (answer === 'silence') return null;
    if (answer === 'SERVFAIL') return packet(message, question, SERVFAIL, []);
    if (answer === null) return packet(message, question, NXDOMAIN, []);
    const records: Buffer[] = [];
    if (answer.alias !== undefined) records.push(record(writeName(name), TYPE_CNAME, writeName(answer.alias)));
    const owner = writeName(answer.alias ?? name);
    for (const text of answer.addresses) {
      const bytes = bytesOf(text);
      if ((bytes.length === 4 ? TYPE_A : TYPE_AAAA) === type) records.push(record(owner, type, bytes));
    }
    return packet(message, question, 0, records);
  }
}

/** Answers from a table: `'rebind.test': [['93.184.216.34'], ['127.0.0.1']]` turns between the two. */
export const zoneOf =
  (table: Readonly<Record<string, readonly (readonly string[])[]>>): Zone =>
  (name, turn) => {
    const turns = table[name];
    return turns === undefined ? null : { addresses: turns[turn % turns.length]! };
  };

/** IPv4 in the clothes of IPv6 stays a AAAA record. */
function bytesOf(text: string): Buffer {
  const address = parseAddress(text);
  if (address === null) throw new RangeError(`no address: ${text}`);
  const isMapped = address.length === 4 && text.includes(':');
  return Buffer.from(isMapped ? [...new Array<number>(10).fill(0), 0xff, 0xff, ...address] : address);
}

function readName(message: Buffer, from: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = from;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

const writeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);

function record(owner: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10); // type, class, TTL 0, length
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(CLASS_IN, 2);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, head, data]);
}

/** Header (RFC 1035, section 4.1.1), question, answers. */
function packet(asked: Buffer, question: Buffer, code: number, records: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(12);
  asked.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2); // a reply; recursion was wanted and is available
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ options: { port: { type: 'string' } }, allowPositionals: true });
  const table = Object.fromEntries(
    positionals.map((row) => {
      const [name, answers] = row.split('=');
      return [name!, answers!.split('|').map((turn) => turn.split(','))];
    }),
  );
  const server = new Dns(zoneOf(table));
  process.stdout.write(`${JSON.stringify({ server: await server.listen(Number(values.port ?? 0)) })}\n`);
  process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
}
