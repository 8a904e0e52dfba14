import type { Socket } from 'node:net';
import type { Server } from 'node:tls';

/** How long a connection may take to say its first byte, and to take its answer. */
const firstByteTimeoutMs = 10_000;
const farewellMs = 2_000;

/**
 * Answers plain HTTP that comes to an HTTPS port with `400` and one sentence, and never with a redirect: a client that was redirected
 * has already sent its password in the clear, and would go on doing so unnoticed.
 *
 * The first byte tells: a TLS connection begins with 22, a request with a capital letter. It is put back for whoever reads on.
 *
 * @param sentence in plain text, without a line end.
 * @returns what hangs up on connections that have not said anything yet: browsers open some in advance, and a server that is closing would
 *   wait for them.
 */
export function answerPlainHttp(server: Server, sentence: string): { readonly hangUpOnSilent: () => void } {
  const silent = new Set<Socket>();
  const startTls = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const giveUp = (): void => void socket.destroy();
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
    const onReadable = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return; // readable again, or ended
      silent.delete(socket);
      socket.off('readable', onReadable);
      socket.off('error', giveUp);
      socket.off('end', giveUp);
      socket.off('timeout', giveUp);
      socket.setTimeout(0);
      if (isPlainHttp(chunk)) return refusePlainHttp(socket, sentence);
      socket.unshift(chunk);
      for (const start of startTls) start.call(server, socket);
    };
    socket.setTimeout(firstByteTimeoutMs);
    socket.on('timeout', giveUp);
    socket.on('error', giveUp);
    socket.on('end', giveUp);
    socket.on('readable', onReadable);
  });
  return {
    hangUpOnSilent: () => {
      for (const socket of silent) socket.destroy();
    },
  };
}

const isPlainHttp = (chunk: Buffer): boolean => chunk[0]! >= 0x41 && chunk[0]! <= 0x5a;

function refusePlainHttp(socket: Socket, sentence: string): void {
  const body = Buffer.from(`${sentence}\n`);
  socket.on('error', () => {});
  socket.end(
    Buffer.concat([
      Buffer.from(
        [
          'HTTP/1.1 400 Bad Request',
          'Content-Type: text/plain; charset=utf-8',
          `Content-Length: ${body.byteLength}`,
          'Cache-Control: no-store',
          'Connection: close',
          '\r\n',
        ].join('\r\n'),
      ),
      body,
    ]),
  );
  // What the client still sends is read and dropped: closing on it would take the answer away from it.
  socket.resume();
  setTimeout(() => socket.destroy(), farewellMs).unref();
}
