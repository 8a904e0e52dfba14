import { type Agent, request } from 'node:http';

/** Whom the service knows, and where it is. */
export type Caller = { readonly url: string; readonly apiUser: string; readonly apiToken: string };

/** What came of a call: a whole answer, or why there is none. */
export type CallOutcome =
  | { readonly status: number; readonly body: string; readonly ms: number }
  | { readonly code: string; readonly ms: number };

export type CallOptions = {
  readonly key?: string | null;
  readonly agent?: Agent;
  readonly timeoutMs?: number;
};

/** One call of a wire function with a JSON body. An answer that is cut off in the middle is none. */
export function callService(
  { url, apiUser, apiToken }: Caller,
  functionName: string,
  parameters: object,
  { key = null, agent, timeoutMs = 5000 }: CallOptions = {},
): Promise<CallOutcome> {
  const beganAt = performance.now();
  return new Promise((resolve) => {
    const settle = (outcome: { status: number; body: string } | { code: string }): void =>
      resolve({ ...outcome, ms: performance.now() - beganAt });
    const outgoing = request(
      `${url}/${functionName}`,
      {
        method: 'POST',
        auth: `${apiUser}:${apiToken}`,
        ...(agent === undefined ? {} : { agent }),
        headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          settle(
            response.complete
              ? { status: response.statusCode!, body: Buffer.concat(chunks).toString('utf8') }
              : { code: 'cut' },
          ),
        );
        response.on('error', () => settle({ code: 'cut' }));
      },
    );
    const timer = setTimeout(
      () => outgoing.destroy(Object.assign(new Error('timeout'), { code: 'timeout' })),
      timeoutMs,
    );
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', (error: NodeJS.ErrnoException) => settle({ code: error.code ?? 'error' }));
    outgoing.end(JSON.stringify(parameters));
  });
}

/** The one object that an answer in JSON holds. */
export type WireAnswer = {
  readonly Res: number;
  readonly ID?: string;
  readonly Cred?: number;
  readonly Error?: string;
};

export const readAnswer = (body: string): WireAnswer => (JSON.parse(body) as [WireAnswer])[0];
