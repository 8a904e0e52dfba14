import http from 'node:http';

/** A request as a client sends it. The body's bytes are its characters, one a byte (latin1). */
export type WireRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type WireResponse = {
  readonly status: number;
  readonly reason: string;
  /** Lower-cased names. */
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Sending = { readonly agent?: http.Agent; readonly localAddress?: string | undefined };

/** Sends a request: over a connection of the agent's, from an address of this machine's, as far as they are given. */
export function send(
  baseUrl: string,
  request: WireRequest,
  { agent, localAddress }: Sending = {},
): Promise<WireResponse> {
  const body = Buffer.from(request.body, 'latin1');
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      baseUrl + request.path,
      {
        method: request.method,
        headers: { ...request.headers, 'content-length': body.length },
        ...(agent === undefined ? {} : { agent }),
        ...(localAddress === undefined ? {} : { localAddress }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode!,
            reason: incoming.statusMessage!,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The headers of a response that the contract is about, in the order in which transcripts print them. */
const TOLD = [
  'Content-Type',
  'Content-Disposition',
  'Content-Length',
  'Cache-Control',
  'WWW-Authenticate',
  'Allow',
  'Retry-After',
] as const;

/** Request, then response, as latin1 text. Heads have LF line ends; bodies are as they are, to the last byte. */
export function transcriptOf(title: string, request: WireRequest, response: WireResponse): string {
  const requestHead = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const responseHead = TOLD.flatMap((name) => {
    const value = response.headers[name.toLowerCase()];
    return value === undefined ? [] : [`${name}: ${String(value)}`];
  });
  return [
    `### ${title}`,
    `${request.method} ${request.path} HTTP/1.1`,
    ...requestHead,
    '',
    ...(request.body === '' ? [] : [request.body, '']),
    `HTTP/1.1 ${response.status} ${response.reason}`,
    ...responseHead,
    '',
    response.body.toString('latin1'),
    '',
    '',
  ].join('\n');
}
