// The log of what was done: whole when nobody touched it, and found out whatever is done to it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import { checkChain } from '../../src/access/audit-check.ts';
import { auditOver, headOf, readAudit } from '../../src/access/audit.store.ts';
import type { AuditDetail } from '../../src/access/audit.ts';
import { sha256 } from '../../src/access/secrets.client.ts';
import type { AccountId } from '../../src/kernel/id.ts';
import { type Random, seededRandom } from '../../src/kernel/random.ts';
import { checkAudit } from '../../tools/check-audit.ts';
import type { BrowserHere } from './browser-here.ts';
import { PanelHere } from './panel-here.ts';

let panel: PanelHere;
let account: AccountId;
let auditor: BrowserHere;
let key: string;
before(async () => {
  panel = await PanelHere.open();
  account = await panel.newAccount();
  auditor = (await panel.signUp('auditora', 'auditor', account)).browser;
  key = panel.capture.installation.secrets.auditPublicKey;
});
after(() => panel.remove());

const parts = () => ({ sha256, sealHead: panel.capture.installation.secrets.auditSeal });

/** Writes entries with all that a detail may hold. */
async function writeMany(count: number, random: Random): Promise<void> {
  const audit = auditOver(parts());
  const words = ['ñandú', 'a"b\\c', '\u2028', '<script>', '😀', '=1+1', ''];
  for (let number = 0; number < count; number += 1) {
    const detail: AuditDetail = {
      word: words[Math.floor(random() * words.length)]!,
      count: Math.floor(random() * 2 ** 40),
      isTrue: random() < 0.5,
      nothing: null,
      'a list': [words[number % words.length]!, 'x'],
      10: 'a name that looks like a number',
      9: 'and another',
    };
    await panel.database.transaction().execute((transaction) =>
      audit(transaction, {
        accountId: account,
        at: panel.clock.now(),
        who: { kind: 'service' },
        action: `test.${number % 5}`,
        object: number % 3 === 0 ? null : `verification ${number}`,
        detail,
      }),
    );
    panel.clock.turn(1);
  }
}

const exported = async (): Promise<string> => {
  const { status, text } = await auditor.get(`accounts/${account}/audit/export`);
  assert.equal(status, 200, text);
  return text;
};

const verifyHere = async () => {
  const head = await headOf(panel.database, parts(), account);
  return checkChain(sha256, account, readAudit(panel.database, account, head.number), head);
};

/** One change to an export, of any kind that somebody could think of; the same text when it came to nothing. */
function tamper(text: string, random: Random, otherEnd: string): string {
  const lines = text.slice(0, -1).split('\n');
  const among = (count: number): number => Math.floor(random() * count);
  const at = among(lines.length);
  const join = (changed: readonly string[]): string => `${changed.join('\n')}\n`;
  const edited = (change: (entry: Record<string, unknown>) => void): string => {
    const entry = JSON.parse(lines[at]!) as Record<string, unknown>;
    change(entry);
    return join(lines.with(at, JSON.stringify(entry)));
  };
  switch (among(12)) {
    case 0:
      return join(lines.toSpliced(at, 1 + among(3)));
    case 1: {
      const other = among(lines.length);
      return join(lines.with(at, lines[other]!).with(other, lines[at]!));
    }
    case 2: // cut anywhere
      return text.slice(0, among(text.length));
    case 3: // cut whole entries off, and leave the end
      return join([...lines.slice(0, at), lines.at(-1)!]);
    case 4: // the same, with the count put right
      return join([...lines.slice(0, at), JSON.stringify({ ...(JSON.parse(lines.at(-1)!) as object), entries: at })]);
    case 5: // the same, with an end that is of the cut log but for its signature
      return join([
        ...lines.slice(0, at),
        JSON.stringify({
          ...(JSON.parse(lines.at(-1)!) as object),
          entries: at,
          head: at === 0 ? 'x' : ((JSON.parse(lines[at - 1]!) as { hash?: string }).hash ?? 'x'),
        }),
      ]);
    case 6: {
      const place = among(text.length);
      const character = String.fromCharCode(32 + among(95));
      return text.slice(0, place) + character + text.slice(place + 1);
    }
    case 7:
      return edited((entry) => {
        const names = Object.keys(entry);
        const name = names[among(names.length)]!;
        entry[name] = typeof entry[name] === 'number' ? entry[name] + 1 : 'other';
      });
    case 8: // an entry that was written anew with a hash of its own, and all after it bound to it
      return rewritten(lines, among(lines.length - 1));
    case 9:
      return join(lines.toSpliced(at, 0, lines[among(lines.length)]!));
    case 10: // the signed end of another log
      return join(lines.with(-1, otherEnd));
    default: {
      const place = among(text.length);
      return text.slice(0, place) + text.slice(place + 1);
    }
  }
}

/** Everything from one entry on written again by somebody who knows the format and has no key. */
function rewritten(lines: readonly string[], from: number): string {
  const end = JSON.parse(lines.at(-1)!) as Record<string, unknown>;
  let previous = '';
  const entries = lines.slice(0, -1).map((line, at) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (at === from) entry['action'] = 'nothing.happened';
    if (at > from) entry['previous'] = previous;
    if (at >= from) {
      const pairs = Object.entries(entry['detail'] as object).sort(([a], [b]) => (a < b ? -1 : 1));
      const { number, at: instant, actor, user, action, object } = entry;
      const hashed = [
        end['format'],
        end['account'],
        number,
        instant,
        actor,
        user,
        action,
        object,
        pairs,
        entry['previous'],
      ];
      entry['hash'] = sha256(JSON.stringify(hashed)).toString('hex');
    }
    previous = String(entry['hash']);
    return JSON.stringify(entry);
  });
  return `${[...entries, JSON.stringify({ ...end, head: previous })].join('\n')}\n`;
}

test('of a thousand changes to an export by any means, a thousand are found by a program that shares no code with ours', async (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  await writeMany(60, random);
  const text = await exported();
  const verdict = checkAudit(text, key);
  assert.ok(verdict.isWhole, JSON.stringify(verdict));
  assert.ok(verdict.entries >= 62, `${verdict.entries} entries`);
  const later = await exported();
  assert.equal(checkAudit(later, key, text).isWhole, true, 'a later export begins with the earlier one');
  const earlierEnd = text.slice(0, -1).split('\n').at(-1)!;

  let changes = 0;
  let found = 0;
  while (changes < 1000) {
    const changed = tamper(later, random, earlierEnd);
    if (changed === later) continue;
    changes += 1;
    if (!checkAudit(changed, key).isWhole) found += 1;
    else t.diagnostic(`not found: ${changed.slice(-400)}`);
  }
  t.diagnostic(`${found} of ${changes} found`);
  assert.equal(found, changes);

  // An earlier export is whole in itself: only the later one tells that there was more.
  assert.equal(checkAudit(text, key).isWhole, true);
  assert.equal(checkAudit(text, key, later).isWhole, false);
});

test('what is changed in the database itself is found, and nothing is written over it', async () => {
  assert.equal(await verifyHere(), null);
  const { number: last } = await headOf(panel.database, parts(), account);
  const doing = async (statement: ReturnType<typeof sql>): Promise<unknown> => {
    const undone = new Error('undone');
    let fault: unknown = null;
    await panel.database
      .transaction()
      .execute(async (transaction) => {
        await statement.execute(transaction);
        const head = await headOf(transaction, parts(), account);
        fault = await checkChain(sha256, account, readAudit(transaction, account, head.number), head);
        throw undone;
      })
      .catch((error: unknown) => assert.equal(error, undone));
    return fault;
  };
  const entry = sql`account_id = ${account} and entry_number`;
  for (const [statement, fault] of [
    [sql`update audit_entry set action = 'other' where ${entry} = 5`, { kind: 'changed', number: 5 }],
    [sql`update audit_entry set at = at + interval '1 ms' where ${entry} = 5`, { kind: 'changed', number: 5 }],
    [sql`update audit_entry set object = null where ${entry} = 8`, { kind: 'changed', number: 8 }],
    [sql`update audit_entry set detail = detail || '{"count":1}' where ${entry} = 9`, { kind: 'changed', number: 9 }],
    [sql`delete from audit_entry where ${entry} = 1`, { kind: 'missing', number: 1 }],
    [sql`delete from audit_entry where ${entry} = 7`, { kind: 'missing', number: 7 }],
    [sql`delete from audit_entry where ${entry} = ${last}`, { kind: 'end', number: last - 1 }],
    [sql`update audit_entry set entry_hash = previous_hash where ${entry} = 6`, { kind: 'changed', number: 6 }],
    [sql`update audit_entry set previous_hash = entry_hash where ${entry} = 6`, { kind: 'unbound', number: 6 }],
    [
      sql`with gone as (delete from audit_entry where ${entry} = ${last})
        update audit_head set entry_number = ${last - 1}, entry_hash = (
          select entry_hash from audit_entry where ${entry} = ${last - 1}) where account_id = ${account}`,
      { kind: 'unsealed' },
    ],
  ] as const)
    assert.deepEqual(await doing(statement), fault, JSON.stringify(fault));
  assert.equal(await verifyHere(), null);

  await sql`update audit_head set entry_hash = decode(repeat('00', 32), 'hex') where account_id = ${account}`.execute(
    panel.database,
  );
  assert.equal(
    (await auditor.get(`accounts/${account}/audit/export`)).status,
    500,
    'nothing goes on over a broken log',
  );
});

test('entries that are written at once stand one after the other', async () => {
  const busy = await panel.newAccount();
  const { number: before } = await headOf(panel.database, parts(), busy);
  const audit = auditOver(parts());
  await Promise.all(
    Array.from({ length: 40 }, (_, number) =>
      panel.database.transaction().execute((transaction) =>
        audit(transaction, {
          accountId: busy,
          at: panel.clock.now(),
          who: { kind: 'service' },
          action: 'test.at-once',
          object: null,
          detail: { number },
        }),
      ),
    ),
  );
  const head = await headOf(panel.database, parts(), busy);
  assert.equal(head.number, before + 40);
  assert.equal(await checkChain(sha256, busy, readAudit(panel.database, busy, head.number), head), null);
});
