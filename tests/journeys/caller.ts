import type { Agent } from 'node:http';
import { send } from '../contract/exchange.ts';

/** One answer of a function, with what the stories look at. */
export type Called = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The fields of a JSON answer, in whichever envelope; empty when it is no JSON. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
};

export type CallerOptions = {
  readonly url: string;
  readonly apiUser: string;
  readonly apiToken: string;
  /** An address of this machine to call from: every 127.x.y.z is one. */
  readonly localAddress?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
};

/** A company's program: it calls functions with JSON, and is answered in JSON unless it asks for something else. */
export class Caller {
  readonly #options: CallerOptions;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** The same program with something about it changed: another token, another address. */
  as(changes: Partial<CallerOptions>): Caller {
    return new Caller({ ...this.#options, ...changes });
  }

  async call(functionName: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<Called> {
    const { url, apiUser, apiToken, localAddress, headers = {}, agent } = this.#options;
    const beganAt = performance.now();
    const {
      status,
      headers: answered,
      body,
    } = await send(
      url,
      {
        method: 'POST',
        path: `/${functionName}`,
        headers: {
          authorization: `Basic ${Buffer.from(`${apiUser}:${apiToken}`).toString('base64')}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: Buffer.from(JSON.stringify({ Resp: 'JSON', ...parameters })).toString('latin1'),
      },
      { localAddress, ...(agent === undefined ? {} : { agent }) },
    );
    const text = body.toString('utf8');
    return { status, headers: answered, text, fields: fieldsOf(text), tookMs: performance.now() - beganAt };
  }
}

/** What a careful client reads: the object itself, or the first of a list. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed = JSON.parse(text) as unknown;
    return (Array.isArray(parsed) ? parsed[0] : parsed) as Record<string, unknown>;
  } catch {
    return {};
  }
}
