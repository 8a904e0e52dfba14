import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHeader, ProtocolError, readMessages, type DecodeMessage } from './decode-message.ts';

const maxSidePx = 64;
const thumbnailBytes = 12;

async function collect(bytes: Uint8Array, chunkBytes: number): Promise<DecodeMessage[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const messages: DecodeMessage[] = [];
  for await (const message of readMessages(chunks(), maxSidePx, thumbnailBytes)) messages.push(message);
  return messages;
}

const bytesOf = ({ payload, ...header }: DecodeMessage): Uint8Array =>
  Buffer.concat([encodeHeader(header, payload.length), payload]);

const frame: DecodeMessage = {
  kind: 'frame',
  atMs: 1234.5,
  widthPx: 5,
  heightPx: 3,
  index: 7,
  payload: Uint8Array.from({ length: 45 }, (_, at) => at),
};
const none = { atMs: 80, widthPx: 0, heightPx: 0, index: 0 };
const thumbnail: DecodeMessage = { kind: 'thumbnail', ...none, payload: new Uint8Array(thumbnailBytes).fill(9) };
const done: DecodeMessage = { kind: 'done', ...none, payload: Buffer.from('{}') };

test('messages come out as they went in, however the pipe cuts them', async () => {
  const sent = [thumbnail, frame, frame, done];
  const bytes = Buffer.concat(sent.map(bytesOf));
  for (const chunkBytes of [1, 7, 32, 33, bytes.length])
    assert.deepEqual(
      (await collect(bytes, chunkBytes)).map((message) => ({ ...message, payload: [...message.payload] })),
      sent.map((message) => ({ ...message, payload: [...message.payload] })),
    );
});

test('a pipe that ends within a message gives what came whole', async () => {
  const bytes = Buffer.concat([bytesOf(frame), bytesOf(frame).subarray(0, 40)]);
  assert.equal((await collect(bytes, 16)).length, 1);
});

test('a header that the process may not send breaks the protocol before anything is allocated for it', async () => {
  const { payload: _, ...header } = frame;
  const hostile = [
    encodeHeader(header, 46), // not the frame's size
    encodeHeader({ ...header, widthPx: 65, heightPx: 1 }, 195), // wider than allowed
    encodeHeader({ ...header, widthPx: 0 }, 0),
    encodeHeader({ ...header, widthPx: 0xffffffff, heightPx: 0xffffffff }, 0xffffffff),
    encodeHeader({ ...none, kind: 'thumbnail' }, 13),
    encodeHeader({ ...none, kind: 'done' }, 5000),
    encodeHeader({ ...none, kind: 'refused' }, 0),
    encodeHeader({ ...header, atMs: NaN }, 45),
    new Uint8Array(32).fill(0xff),
  ];
  for (const bytes of hostile) await assert.rejects(collect(bytes, 32), ProtocolError);
});
