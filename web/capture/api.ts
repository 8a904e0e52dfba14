import type {
  BegunFace,
  CaptureProblem,
  CaptureState,
  DeviceFacts,
  DocumentKind,
  ShownStep,
  Side,
  Track,
} from '../../src/capture/protocol.schema.ts';

/** What became of a call: an answer, a refusal by the service, or no answer at all. */
export type Answer<Value> =
  | { readonly is: 'answer'; readonly value: Value }
  | { readonly is: 'refused'; readonly problem: CaptureProblem; readonly status: number }
  | { readonly is: 'unreachable'; readonly why: 'offline' | 'busy' };

export type Place =
  | {
      readonly latitude: number;
      readonly longitude: number;
      readonly altitudeM: number | null;
      readonly accuracyM: number;
    }
  | { readonly declined: true };

export type FinishedFace = {
  readonly chunks: number;
  readonly sha256: string;
  readonly shown: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly frameTimesMs?: readonly number[];
};

export type Api = ReturnType<typeof apiOf>;

const CALL_TIMEOUT_MS = 20_000;
/** No byte of a picture goes for so long, nor an answer comes after the last one: the connection is gone, though nobody has said so. */
const STALLED_AFTER_MS = 15_000;

/**
 * The calls of `protocol.schema.ts`. Answers are taken as that file says: page and service are built from one source, and the service is tested
 * against the schemas; so no validator travels to the phone.
 * @param base where the calls lie, `/i/TOKEN/api/`.
 */
export function apiOf(base: string) {
  const json = <Value>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer<Value>> =>
    call<Value>(`${base}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const post = <Value>(path: string, body: unknown): Promise<Answer<Value>> => json<Value>('POST', path, body);

  return {
    state: () => json<CaptureState>('GET', 'state'),
    start: (consent: { readonly textVersion: string; readonly language: string }, device: DeviceFacts) =>
      post<CaptureState>('start', { consent, device }),
    beginFace: (body: { readonly mediaType: string; readonly track: Track; readonly withoutTurning?: boolean }) =>
      post<BegunFace>('face/begin', body),
    askStep: (attempt: string, step: number, atMs: number) =>
      post<ShownStep>(`face/${attempt}/step`, { step, atMs: Math.round(atMs) }),
    sendChunk: (attempt: string, chunk: number, toMs: number, bytes: Blob) =>
      call<{ readonly received: number }>(`${base}face/${attempt}/chunks/${chunk}?toMs=${Math.round(toMs)}`, {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    finishFace: (attempt: string, body: FinishedFace) => post<CaptureState>(`face/${attempt}/finish`, body),
    chooseDocument: (kind: DocumentKind) => post<CaptureState>('document-kind', { kind }),
    sendPicture: (side: Side, picture: Blob, onProgress: (sentBytes: number) => void) =>
      upload<CaptureState>(`${base}documents/${side}`, picture, onProgress),
    sendPlace: (place: Place) => post<CaptureState>('place', place),
    submit: () => post<CaptureState>('submit', {}),
  };
}

async function call<Value>(address: string, init: RequestInit): Promise<Answer<Value>> {
  try {
    const response = await fetch(address, {
      ...init,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    return answerOf<Value>(response.status, await response.text());
  } catch {
    return { is: 'unreachable', why: 'offline' };
  }
}

/** `fetch` cannot tell how much of a body is gone; this can. */
function upload<Value>(address: string, body: Blob, onProgress: (sentBytes: number) => void): Promise<Answer<Value>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.setRequestHeader('content-type', body.type);
    let stalled: ReturnType<typeof setTimeout>;
    const goesOn = (): void => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_AFTER_MS);
    };
    request.upload.addEventListener('progress', ({ loaded }) => {
      goesOn();
      onProgress(loaded);
    });
    request.addEventListener('load', () => resolve(answerOf<Value>(request.status, request.responseText)));
    for (const end of ['error', 'abort', 'timeout'] as const)
      request.addEventListener(end, () => resolve({ is: 'unreachable', why: 'offline' }));
    request.addEventListener('loadend', () => clearTimeout(stalled));
    goesOn();
    request.send(body);
  });
}

/** What comes from something between us and the service, such as a proxy's error page, is no answer of the service. */
function answerOf<Value>(status: number, text: string): Answer<Value> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { is: 'unreachable', why: 'busy' };
  }
  if (status >= 200 && status < 300) return { is: 'answer', value: value as Value };
  if (typeof value === 'object' && value !== null && 'problem' in value && status !== 503)
    return { is: 'refused', problem: value as CaptureProblem, status };
  return { is: 'unreachable', why: 'busy' };
}
