import type { z } from 'zod';
import { type PanelProblem, PANEL_HEADER, panelProblem } from '../../src/panel/problems.schema.ts';

export const API = '/panel/api/';

/** Why a call came to nothing: what the service said, or that nothing came back that could be understood. */
export type Trouble = PanelProblem | { readonly problem: 'offline' } | { readonly problem: 'not-understood' };

/** The one error that calls throw, besides `AbortError` when whoever asked went away. */
export class CallFailed extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble, cause?: unknown) {
    super(trouble.problem, { cause });
    this.name = 'CallFailed';
    this.trouble = trouble;
  }
}

/** Thrown, or turned into it: what a `catch` may hold. */
export const troubleOf = (error: unknown): Trouble =>
  error instanceof CallFailed ? error.trouble : { problem: 'not-understood' };

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

type CallWish<Answer extends z.ZodType> = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** What is left out, null or empty does not travel. */
  readonly query?: Query;
  readonly body?: unknown;
  /** What comes back; without it nothing that comes back is looked at. */
  readonly answer?: Answer;
  readonly signal?: AbortSignal | undefined;
};

type Listener = (trouble: Trouble | null) => void;
const listeners = new Set<Listener>();

/** Hears how every call ended, null being well: the shell tells who lost their session and who is offline. @returns takes it away again. */
export function onCallEnded(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const tell = (trouble: Trouble | null): void => listeners.forEach((listener) => listener(trouble));

/**
 * Calls the service.
 * @param path below `/panel/api/`, without a slash in front; parts of it that come from data go through `encodeURIComponent`.
 * @throws CallFailed, also when the answer is not of the shape that was agreed.
 */
export async function call<Answer extends z.ZodType = z.ZodVoid>(
  path: string,
  { method = 'GET', query, body, answer, signal }: CallWish<Answer> = {},
): Promise<z.output<Answer>> {
  const response = await reach(addressOf(path, query), {
    method,
    headers: {
      accept: 'application/json',
      ...(method === 'GET' ? {} : { [PANEL_HEADER]: '1' }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer === undefined) return undefined as z.output<Answer>;
  const parsed = answer.safeParse(await response.json().catch(() => null));
  if (!parsed.success) throw new CallFailed({ problem: 'not-understood' }, parsed.error);
  return parsed.data;
}

/** Fetches a file that takes a body to ask for, such as an export. @throws CallFailed */
export async function callForFile(path: string, body: unknown): Promise<Blob> {
  const response = await reach(addressOf(path), {
    method: 'POST',
    headers: { [PANEL_HEADER]: '1', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.blob();
}

/** Fetches bytes, such as pictures and recordings: never kept by the browser beyond the page. @throws CallFailed */
export async function callForBytes(path: string, signal?: AbortSignal): Promise<Blob> {
  const response = await reach(addressOf(path), { cache: 'no-store', ...(signal === undefined ? {} : { signal }) });
  return response.blob();
}

/** An address of the service, for links that the browser follows by itself (downloads) and for `EventSource`. */
export function addressOf(path: string, query: Query = {}): string {
  const wanted = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') wanted.set(name, String(value));
  const asked = wanted.toString();
  return `${API}${path}${asked === '' ? '' : `?${asked}`}`;
}

/** @throws CallFailed with what the service said when it refused, or `offline`. */
async function reach(address: string, wish: RequestInit): Promise<Response> {
  const response = await fetch(address, { credentials: 'same-origin', redirect: 'error', ...wish }).catch(
    (error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      tell({ problem: 'offline' });
      throw new CallFailed({ problem: 'offline' }, error);
    },
  );
  if (response.ok) {
    tell(null);
    return response;
  }
  const said = panelProblem.safeParse(await response.json().catch(() => null));
  const trouble: Trouble = said.success ? (said.data as PanelProblem) : { problem: 'not-understood' };
  tell(trouble);
  throw new CallFailed(trouble);
}
