import { styleText } from 'node:util';
import { MS_PER_SECOND } from '../kernel/instant.ts';
import { type Fields, type SignatureVerdict, TOLERANCE_SECONDS } from '../notification/webhook/received-call.ts';
import type { Standing } from '../notification/webhook/reception.ts';
import type { SigningSecret } from '../notification/webhook/signature.ts';

/** What callbacks are answered. */
export type Manner =
  | { readonly kind: 'accept' }
  | { readonly kind: 'refuse'; readonly first: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'late'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number };

export type ListenSettings = {
  /** The value of the header that callers must have. */
  readonly credentials: string | null;
  readonly secrets: readonly SigningSecret[];
  readonly manner: Manner;
};

/** One call, as it is shown. */
export type ShownCall = {
  readonly number: number;
  readonly at: Date;
  readonly request: string;
  /** As they came: order, case and repetitions. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly fields: Fields | null;
  readonly isChallenge: boolean;
  readonly isTest: boolean;
  readonly id: string | null;
  readonly status: string | null;
  readonly attempt: string | null;
  readonly isAuthorized: boolean;
  readonly signature: SignatureVerdict;
  readonly standing: Standing;
  /** null: none, on purpose. */
  readonly answer: number | null;
  readonly afterMs: number;
};

/** How many of the calls there was something to say about. */
export type ListenCounts = { calls: number; wrong: number; repeated: number; outOfOrder: number };

export function showAsJson(call: ShownCall): string {
  const { body, ...shown } = call;
  return `${JSON.stringify({ ...shown, body: body.toString('utf8'), bodyBase64: body.toString('base64') })}\n`;
}

const colour = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: process.stdout });
const good = (text: string): string => colour('green', `✓ ${text}`);
const bad = (text: string): string => colour('red', `✗ ${text}`);
const mind = (text: string): string => colour('yellow', `! ${text}`);
const faint = (text: string): string => colour('dim', text);

/** What comes from outside never steers the terminal: only line ends stay, and tabs become spaces. */
const printable = (text: string): string =>
  text
    .replace(/\r\n/g, '\n')
    .replaceAll('\t', '  ')
    .replace(/[^\P{C}\n]/gu, '\ufffd');

export function showForPeople(call: ShownCall): string {
  const { number, at, request, rawHeaders, body, answer, afterMs } = call;
  const time = at.toTimeString().slice(0, 8);
  const answered =
    answer === null ? 'no answer' : `${answer}${afterMs === 0 ? '' : ` in ${afterMs / MS_PER_SECOND} s`}`;
  const title = `#${number}  ${time}  ${titleOf(call)}`;
  const lines = [
    '',
    `${colour('bold', title)}  ${faint(`→ ${answered}`)}`,
    ...verdictsOf(call).map((verdict) => `  ${verdict}`),
    '',
    faint(printable(request)),
    ...rawHeaders.map(([name, value]) => `${colour('cyan', printable(name))}: ${printable(shownHeader(name, value))}`),
    '',
    printable(body.toString('utf8')) || faint('(no body)'),
    ...fieldLines(call.fields),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function titleOf({ isChallenge, isTest, id, status, attempt }: ShownCall): string {
  if (isChallenge) return 'challenge: do you want these calls?';
  const what =
    id === null
      ? isTest
        ? 'a test about nobody'
        : 'a call about nobody'
      : `${printable(id)} is at ${printable(status ?? '?')}`;
  return `${what}${id !== null && isTest ? ' (test applicant)' : ''}${attempt === null || attempt === '1' ? '' : `, attempt ${printable(attempt)}`}`;
}

/** A password travels in it, and terminals are looked at by others. */
const shownHeader = (name: string, value: string): string =>
  name.toLowerCase() === 'authorization' ? `${value.split(' ')[0]!} …` : value;

function verdictsOf({ isAuthorized, signature, standing, fields, isChallenge }: ShownCall): string[] {
  return [
    ...(isAuthorized ? [] : [bad('user or password are wrong')]),
    signatureText(signature),
    ...(isChallenge || !isAuthorized ? [] : [standingText(standing)]),
    ...(fields === null ? [bad('the body cannot be read as what its content type says')] : []),
  ].filter((text) => text !== '');
}

function signatureText(signature: SignatureVerdict): string {
  switch (signature.kind) {
    case 'valid':
      return good(`signature: holds, ${signature.ageSeconds} s old`);
    case 'unchecked':
      return faint('signature: not checked, no --secret was given');
    case 'missing':
      return bad(`signature: there is no ${signature.header}`);
    case 'wrong':
      return bad('signature: by another secret, or something was changed');
    case 'stale':
      return bad(`signature: ${signature.ageSeconds} s old, more than ${TOLERANCE_SECONDS} s is not accepted`);
  }
}

function standingText(standing: Standing): string {
  switch (standing.kind) {
    case 'first':
      return good('order: the first of its verification here');
    case 'in-order':
      return good(`order: follows #${standing.after}`);
    case 'repeated':
      return mind(
        `repeats #${standing.of}${standing.wasTaken ? ', which was taken: answer, and do nothing again' : ''}`,
      );
    case 'early':
      return bad(`order: #${standing.before} of the same verification is not answered with success yet`);
    case 'backwards':
      return bad(`order: the same verification was further along in #${standing.after}`);
    case 'apart':
      return '';
  }
}

/** The fields one by one; what is JSON inside a text is laid out. */
function fieldLines(fields: Fields | null): string[] {
  if (fields === null) return [];
  const width = Math.max(...Object.keys(fields).map((name) => name.length), 0);
  return [
    '',
    ...Object.entries(fields).map(
      ([name, value]) => `  ${colour('cyan', printable(name).padEnd(width))}  ${valueText(value, width + 4)}`,
    ),
  ];
}

function valueText(value: unknown, indent: number): string {
  if (value === '' || value === null) return faint('(empty)');
  const laidOut = typeof value === 'string' ? laidOutJson(value) : JSON.stringify(value, null, 2);
  return printable(laidOut).replaceAll('\n', `\n${' '.repeat(indent)}`);
}

function laidOutJson(text: string): string {
  if (!text.startsWith('{') && !text.startsWith('[')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function welcome(port: number, { credentials, secrets, manner }: ListenSettings): string {
  const manners = {
    accept: '204 at once',
    refuse: manner.kind === 'refuse' ? `503 to the first ${manner.first}, then 204` : '',
    hang: 'nothing, for ever',
    late: manner.kind === 'late' ? `204 after ${manner.seconds} s` : '',
    status: manner.kind === 'status' ? String(manner.status) : '',
  } satisfies Readonly<Record<Manner['kind'], string>>;
  return [
    '',
    `  ${colour('bold', `http://localhost:${port}`)} listens`,
    `  answers      ${manners[manner.kind]}`,
    `  signatures   ${secrets.length === 0 ? 'not checked: give the secret with --secret' : 'checked'}`,
    `  callers      ${credentials === null ? 'anybody' : 'with user and password'}`,
    '',
    faint(`  cotejo endpoint set ACCOUNT http://localhost:${port}/   has them sent here`),
    '',
    '',
  ].join('\n');
}

export const farewell = ({ calls, wrong, repeated, outOfOrder }: ListenCounts): string =>
  `\n${calls} ${calls === 1 ? 'call' : 'calls'}: ${wrong} signatures that do not hold, ${repeated} repetitions, ${outOfOrder} out of order\n`;
