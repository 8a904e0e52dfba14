import { createHash, createHmac } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Settings } from '../../src/storage/s3-blobs.client.ts';

export type S3Counterpart = {
  readonly settings: S3Settings;
  /** What the bucket holds. */
  readonly objects: Map<string, Buffer>;
  /** Statuses that the next requests are answered with instead; 0 breaks the connection. */
  readonly faults: number[];
  /** Method and key of every request, in their order. */
  readonly requests: string[];
  stop(): Promise<void>;
};

const BUCKET = 'evidence';
const REGION = 'eu-south-2';

/**
 * A bucket in memory behind the part of S3 that is used: put, get, delete, list in pages, and signatures that must be right (AWS Signature
 * Version 4).
 * @param pageSize names in a page of a list.
 */
export async function s3Counterpart({ pageSize = 1000 } = {}): Promise<S3Counterpart> {
  const objects = new Map<string, Buffer>();
  const faults: number[] = [];
  const requests: string[] = [];
  const keys = { accessKeyId: 'COTEJOTEST', secretAccessKey: 'a-secret-of-the-test' };

  const server = createServer((request, response) => {
    void gathered(request).then((body) => {
      const url = new URL(request.url!, 'http://s3');
      const key = decodeURIComponent(url.pathname).slice(`/${BUCKET}/`.length);
      requests.push(`${request.method} ${key}`);
      const fault = faults.shift();
      if (fault === 0) return void request.socket.destroy();
      if (fault !== undefined) return answerError(response, fault, 'SlowDown');
      if (!isSigned(request, url, keys)) return answerError(response, 403, 'SignatureDoesNotMatch');
      if (!url.pathname.startsWith(`/${BUCKET}`)) return answerError(response, 404, 'NoSuchBucket');
      answer(request, response, { url, key, body });
    });
  });

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { url, key, body }: { url: URL; key: string; body: Buffer },
  ): void {
    if (key === '') return request.method === 'GET' ? answerList(response, url) : void response.end();
    switch (request.method) {
      case 'PUT':
        if (Number(request.headers['content-length']) !== body.length)
          return answerError(response, 400, 'IncompleteBody');
        objects.set(key, body);
        return void response.setHeader('etag', `"${createHash('md5').update(body).digest('hex')}"`).end();
      case 'GET': {
        const object = objects.get(key);
        return object === undefined ? answerError(response, 404, 'NoSuchKey') : void response.end(object);
      }
      case 'DELETE':
        objects.delete(key);
        response.statusCode = 204;
        return void response.end();
      default:
        return answerError(response, 405, 'MethodNotAllowed');
    }
  }

  function answerList(response: ServerResponse, url: URL): void {
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? '';
    const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const page = names.slice(0, pageSize);
    const isTruncated = names.length > page.length;
    const contents = page.map(
      (name) => `<Contents><Key>${name}</Key><Size>${objects.get(name)!.length}</Size></Contents>`,
    );
    response.setHeader('content-type', 'application/xml');
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${BUCKET}</Name><KeyCount>${page.length}</KeyCount>` +
        `<IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}` +
        `${contents.join('')}</ListBucketResult>`,
    );
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    settings: { endpoint: `http://127.0.0.1:${port}/${BUCKET}`, region: REGION, ...keys },
    objects,
    faults,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerError(response: ServerResponse, status: number, code: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/xml');
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

async function gathered(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Source: AWS Signature Version 4, "Create a signed request". */
function isSigned(
  request: IncomingMessage,
  url: URL,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
): boolean {
  const match = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    request.headers.authorization ?? '',
  );
  if (match === null) return false;
  const [, credential, signedHeaders, signature] = match as unknown as [string, string, string, string];
  const [id, day, region, service, end] = credential.split('/') as [string, string, string, string, string];
  if (id !== accessKeyId || region !== REGION || service !== 's3' || end !== 'aws4_request') return false;
  const escaped = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort();
  const headers = signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [
    request.method,
    url.pathname,
    query.join('&'),
    headers.join(''),
    signedHeaders,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const signing = ['eu-south-2', 's3', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, day));
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, digest].join(
    '\n',
  );
  return hmac(signing, text).toString('hex') === signature;
}
