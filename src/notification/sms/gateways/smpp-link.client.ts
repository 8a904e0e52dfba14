import { readFileSync } from 'node:fs';
import smpp, { type Pdu, type Session } from 'smpp';
import type { GatewayLog } from '../gateway.ts';
import type { SmppSettings } from './smpp-settings.ts';
import { readStatus } from './smpp-status.ts';
import type { SubmitFields } from './smpp-submit.ts';

export type Answer = { readonly kind: 'answered'; readonly status: number; readonly messageId: string };

/** What became of one `submit_sm`. */
export type Submitted =
  | Answer
  /** Nothing of it was written. */
  | { readonly kind: 'not-sent'; readonly code: string }
  /** It was written, and no answer came. */
  | { readonly kind: 'unanswered'; readonly code: string };

export type SmppLink = {
  /** @param onLateAnswer called when an answer comes after the submission was given up as unanswered. */
  submit(fields: SubmitFields, onLateAnswer: (answer: Answer) => void): Promise<Submitted>;
  /** Unbinds and lets go. What waits is not sent; what was sent is waited for no longer. */
  close(): Promise<void>;
};

type Submission = {
  readonly fields: SubmitFields;
  readonly settle: (submitted: Submitted) => void;
  readonly onLateAnswer: (answer: Answer) => void;
};
type Waiting = Submission & { timer: NodeJS.Timeout };
type Sent = { readonly session: Session; readonly settle: (submitted: Submitted) => void; timer: NodeJS.Timeout };

/**
 * One bound connection to a centre, made again whenever it is lost, with at most `window` submissions unanswered.
 * @param onDeliver called for each `deliver_sm` and `data_sm`; the status to answer with. Never rejects.
 */
export function keepLink(
  settings: SmppSettings,
  { onDeliver, log }: { readonly onDeliver: (pdu: Pdu) => Promise<number>; readonly log: GatewayLog },
): SmppLink {
  const waiting: Waiting[] = [];
  const sent = new Set<Sent>();
  let current: Session | null = null; // connected or connecting
  let bound: Session | null = null;
  let failedAttempts = 0;
  let lastTrouble = 'no-link';
  let isClosing = false;
  let reconnectTimer: NodeJS.Timeout | undefined;

  const trust = {
    ...(settings.tlsCaFile === undefined ? {} : { ca: readFileSync(settings.tlsCaFile) }),
    ...(settings.tlsServerName === undefined ? {} : { servername: settings.tlsServerName }),
  };
  connect();
  return { submit, close };

  function connect(): void {
    const session = smpp.connect({ host: settings.host, port: settings.port, tls: settings.tls, ...trust }, () => {
      session.socket.setNoDelay(true);
      bind(session, giveUp);
    });
    current = session;
    const giveUp = setTimeout(() => lose(session, 'connect-timeout'), settings.connectTimeoutMs);
    session.on('error', (error) => lose(session, (error as NodeJS.ErrnoException).code ?? 'protocol-error'));
    session.on('close', () => {
      clearTimeout(giveUp);
      closed(session);
    });
    session.on('pdu', (pdu) => incoming(session, pdu));
  }

  function bind(session: Session, giveUp: NodeJS.Timeout): void {
    const credentials = {
      system_id: settings.systemId,
      password: settings.password,
      system_type: settings.systemType,
      interface_version: 0x34,
    };
    session.bind_transceiver(credentials, (pdu) => {
      clearTimeout(giveUp);
      if (pdu.command_status !== 0) return lose(session, readStatus(pdu.command_status).name);
      log.info('bound to the message centre', { gateway: 'smpp' });
      bound = session;
      enquireLater(session);
      pump();
    });
  }

  /** Asks from time to time whether the other side is there; a connection that died silently says nothing by itself. */
  function enquireLater(session: Session): void {
    const timer = setTimeout(() => {
      const silence = setTimeout(() => lose(session, 'enquire-link-unanswered'), settings.responseTimeoutMs);
      session.on('close', () => clearTimeout(silence));
      session.enquire_link({}, () => {
        clearTimeout(silence);
        failedAttempts = 0;
        enquireLater(session);
      });
    }, settings.enquireLinkMs);
    session.on('close', () => clearTimeout(timer));
  }

  function incoming(session: Session, pdu: Pdu): void {
    switch (pdu.command) {
      case 'deliver_sm':
      case 'data_sm':
        void onDeliver(pdu).then((status) => session.send(pdu.response({ command_status: status })));
        return;
      case 'enquire_link':
        session.send(pdu.response());
        return;
      case 'unbind':
        session.send(pdu.response());
        session.close();
        return;
      case 'unknown':
        if (!pdu.isResponse()) session.send(pdu.response()); // a generic_nack
        return;
      default: // answers, which the library hands to whoever asked, and what a centre has no business to send
    }
  }

  function lose(session: Session, trouble: string): void {
    lastTrouble = trouble;
    session.destroy();
  }

  function closed(session: Session): void {
    if (current !== session) return;
    current = null;
    bound = null;
    for (const one of sent) if (one.session === session) one.settle({ kind: 'unanswered', code: 'link-lost' });
    if (isClosing) return;
    const delayMs = backoffMs(failedAttempts++);
    log.warn('no link to the message centre', { gateway: 'smpp', code: lastTrouble, retryInMs: delayMs });
    reconnectTimer = setTimeout(connect, delayMs);
  }

  /** Exponential, the later half of each interval by chance, so that many clients do not come back at once. */
  function backoffMs(attempt: number): number {
    const interval = Math.min(settings.reconnectUpToMs, settings.reconnectFromMs * 2 ** Math.min(attempt, 20));
    return Math.round(interval * (0.5 + Math.random() / 2));
  }

  function submit(fields: SubmitFields, onLateAnswer: (answer: Answer) => void): Promise<Submitted> {
    if (isClosing) return Promise.resolve({ kind: 'not-sent', code: 'closing' });
    return new Promise((settle) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(one), 1);
        settle({ kind: 'not-sent', code: bound === null ? lastTrouble : 'window-full' });
      };
      const one: Waiting = { fields, settle, onLateAnswer, timer: setTimeout(giveUp, settings.waitMs) };
      waiting.push(one);
      setImmediate(pump);
    });
  }

  /** Sends what waits while there is a link and room in the window. */
  function pump(): void {
    while (bound !== null && sent.size < settings.window && waiting.length > 0) {
      const next = waiting[0]!;
      if (!write(bound, next)) {
        // The other side has hung up and the news is on its way: what waits goes over the next link.
        lose(bound, 'link-lost');
        bound = null;
        return;
      }
      waiting.shift();
      clearTimeout(next.timer);
    }
  }

  /** Answers false when the connection is closed and nothing was written. */
  function write(session: Session, { fields, settle, onLateAnswer }: Submission): boolean {
    const one: Sent = {
      session,
      settle: (submitted) => {
        clearTimeout(one.timer);
        if (!sent.delete(one)) return; // a second answer
        settle(submitted);
        setImmediate(pump); // an answer and a goodbye often come together: the goodbye is read first
      },
      timer: setTimeout(() => one.settle({ kind: 'unanswered', code: 'no-response' }), settings.responseTimeoutMs),
    };
    sent.add(one);
    const isWritten = session.submit_sm(asBuffers(fields), (pdu) => {
      failedAttempts = 0;
      const messageId = typeof pdu['message_id'] === 'string' ? pdu['message_id'] : '';
      const answer: Answer = { kind: 'answered', status: pdu.command_status, messageId };
      if (sent.has(one)) one.settle(answer);
      else onLateAnswer(answer);
    });
    if (!isWritten) {
      clearTimeout(one.timer);
      sent.delete(one);
    }
    return isWritten;
  }

  async function close(): Promise<void> {
    isClosing = true;
    clearTimeout(reconnectTimer);
    for (const { settle, timer } of waiting.splice(0)) {
      clearTimeout(timer);
      settle({ kind: 'not-sent', code: 'closing' });
    }
    const session = current;
    if (session === null) return;
    await new Promise<void>((resolve) => {
      session.on('close', resolve);
      const impatience = setTimeout(() => session.destroy(), 1_000);
      session.on('close', () => clearTimeout(impatience));
      if (bound === null || !session.unbind({}, () => session.destroy())) session.destroy();
    });
  }
}

/** The library takes bytes as Buffer only; anything else it would encode by its own rules. */
const asBuffers = (fields: SubmitFields): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value) : value]),
  );
