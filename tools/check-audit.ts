// Whether an exported audit log is whole: `node tools/check-audit.ts FILE --key KEY [--earlier FILE]`.
//
// Written from the description of the format below and shares no code with what writes it, so that it can be read, and trusted, alone.
//
// An export is UTF-8 text, a line of JSON for each entry, oldest first, and one line at its end:
//   {"number":1,"at":"…Z","actor":"user","user":"…","action":"…","object":"…","detail":{…},"previous":"hex","hash":"hex"}
//   {"format":"cotejo-audit-1","account":"1234567890","entries":1,"head":"hex","signature":"base64"}
// The hash of an entry is the SHA-256 of the JSON, without spaces, of
//   ["cotejo-audit-1", account, number, at, actor, user, action, object, [[name, value], … by name], previous]
// `previous` of the first is the SHA-256 of `cotejo-audit-1 ACCOUNT`. The signature is Ed25519 over the JSON of
//   ["cotejo-audit-1-head", account, entries, head].
// Entries taken away at the end leave a chain that is whole: only the signature, or an earlier export, tells of them.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const FORMAT = 'cotejo-audit-1';
const ENTRY_KEYS = ['number', 'at', 'actor', 'user', 'action', 'object', 'detail', 'previous', 'hash'];
const END_KEYS = ['format', 'account', 'entries', 'head', 'signature'];

export type Verdict =
  | { readonly isWhole: true; readonly account: string; readonly entries: number; readonly head: string }
  | { readonly isWhole: false; readonly line: number; readonly why: string };

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * @param key 32 bytes of an Ed25519 public key, base64.
 * @param earlier an export of the same log made before: all of it must be at the beginning of this one.
 */
export function checkAudit(text: string, key: string, earlier: string | null = null): Verdict {
  let line = 0;
  const broken = (why: string): Verdict => ({ isWhole: false, line, why });
  if (!text.endsWith('\n')) return broken('the last line is cut');
  const lines = text.slice(0, -1).split('\n');
  line = lines.length;
  const end = objectOf(lines.at(-1)!, END_KEYS);
  if (end === null || end['format'] !== FORMAT) return broken('the last line is not the end of an export');
  const { account, entries, head, signature } = end;
  if (!isText(account) || !isText(head) || !isText(signature) || entries !== lines.length - 1)
    return broken('the last line does not count its entries');
  const signed = JSON.stringify([`${FORMAT}-head`, account, entries, head]);
  if (!isSignedBy(key, signed, signature)) return broken('the signature is not of this log under this key');

  let previous = sha256(`${FORMAT} ${account}`);
  for (const [at, entryLine] of lines.slice(0, -1).entries()) {
    line = at + 1;
    const entry = objectOf(entryLine, ENTRY_KEYS);
    if (entry === null) return broken('it is not an entry');
    if (entry['number'] !== line) return broken(`it is not entry ${line}`);
    if (entry['previous'] !== previous) return broken('it is not bound to the entry before it');
    const detail = entry['detail'];
    if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return broken('it has no detail');
    const pairs = Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1));
    const { number, at: instant, actor, user, action, object } = entry;
    const hash = sha256(
      JSON.stringify([FORMAT, account, number, instant, actor, user, action, object, pairs, previous]),
    );
    if (entry['hash'] !== hash) return broken('it is not what its hash is of');
    previous = hash;
  }
  line = lines.length;
  if (previous !== head) return broken('the last entry is not the one that was signed');
  if (earlier !== null) {
    const before = earlier.split('\n').slice(0, -2);
    const different = before.findIndex((each, at) => each !== lines[at] || at >= lines.length - 1);
    if (different !== -1) {
      line = different + 1;
      return broken('the earlier export has another entry here');
    }
  }
  return { isWhole: true, account, entries: lines.length - 1, head };
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The object of a line that is written as exports write it, with these keys in this order and nothing besides. */
function objectOf(text: string, keys: readonly string[]): Record<string, unknown> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  // Another writing of the same values is a change too: a key twice, a space, an escape that was not needed.
  return Object.keys(value).join() === keys.join() && JSON.stringify(value) === text
    ? (value as Record<string, unknown>)
    : null;
}

function isSignedBy(key: string, text: string, signature: string): boolean {
  const raw = Buffer.from(key, 'base64');
  // One way of writing it: base64 that decodes to the same bytes in another way is a change.
  if (raw.length !== 32 || Buffer.from(signature, 'base64').toString('base64') !== signature) return false;
  // What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410, section 4).
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64'));
}

/** Bytes that are no UTF-8 are no export. */
const read = (file: string): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));

function main(): number {
  const { values, positionals } = parseArgs({
    options: { key: { type: 'string' }, earlier: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.key === undefined || positionals.length !== 1) {
    process.stderr.write('usage: node tools/check-audit.ts FILE --key KEY [--earlier FILE]\n');
    return 2;
  }
  const earlier = values.earlier === undefined ? null : read(values.earlier);
  const verdict = checkAudit(read(positionals[0]!), values.key, earlier);
  process.stdout.write(
    verdict.isWhole
      ? `account ${verdict.account}: ${verdict.entries} entries, whole; the last one's hash is ${verdict.head}\n`
      : `line ${verdict.line}: ${verdict.why}\n`,
  );
  return verdict.isWhole ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main();
