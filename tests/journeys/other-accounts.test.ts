// Three companies on one service: none sees, changes or pays for what is another's.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from 'kysely';
import type { Called, Caller } from './caller.ts';
import { InstallationHere } from './service-here.ts';

const FUNCTIONS = ['GetCertificadoIdentidad', 'GetReportIdentidad', 'CancelarIdentidad', 'ReenviarIdentidad'];
const MOST_ID = 2_147_483_647;

let here: InstallationHere;
let companies: { readonly caller: Caller; readonly ids: readonly string[]; readonly marks: readonly string[] }[];
let hosts = 0;

before(async () => {
  here = await InstallationHere.open();
  const { url } = await here.start();
  companies = [];
  for (let company = 0; company < 3; company += 1) {
    const caller = await here.newCaller(url, 50);
    const ids: string[] = [];
    const marks: string[] = [];
    for (let request = 0; request < 3; request += 1) {
      const Telefono = `346${70 + company}00000${request}`;
      const Referenciausuario = `pedido ${company}-${request}`;
      const { fields } = await caller.call('VerificarIdentidad', { Telefono, Referenciausuario });
      ids.push(String(fields['ID']));
      marks.push(Telefono, Referenciausuario);
    }
    companies.push({ caller, ids, marks });
  }
});
after(() => here?.remove());

/** Everything that is stored of verifications, money and jobs, as one text. */
async function stored(): Promise<string> {
  const texts = [];
  for (const [table, key] of [
    ['verification', 'account_id, verification_id'],
    ['verification_event', 'account_id, verification_id, event_number'],
    ['credit_balance', 'account_id'],
    ['credit_entry', 'account_id, entry_number'],
    ['pgboss.job', 'id'],
  ] as const) {
    const rows = await sql`select * from ${sql.table(table)} order by ${sql.raw(key)}`.execute(
      here.installation.database,
    );
    texts.push(JSON.stringify(rows.rows));
  }
  return texts.join('\n');
}

/** The ways in which an ID may be written, and numbers near it. */
function waysOf(id: string): unknown[] {
  const number = Number(id);
  return [
    id,
    number,
    ` ${id} `,
    `0${id}`,
    `+${id}`,
    `${id}.0`,
    number + 0.5,
    `${id}e0`,
    [id],
    [number],
    { Id: id },
    `${id},${id}`,
    `${id}\u0000`,
    `${id}'--`,
    String(number + 1),
    String(number - 1),
    -1,
    -number,
    0,
    MOST_ID,
    MOST_ID + 1,
    2 ** 32 + number,
    '０１２',
    null,
    true,
  ];
}

test('an ID of another company is answered as one that nobody has, and nothing of it moves', async (t) => {
  const before = await stored();
  const answers: Called[] = [];
  for (const [index, { caller }] of companies.entries())
    for (const other of companies.filter((_, at) => at !== index))
      for (const id of other.ids)
        for (const functionName of FUNCTIONS)
          for (const Id of waysOf(id)) {
            const localAddress = `127.2.${(hosts >> 8) & 255}.${hosts & 255 || 1}`;
            hosts += 1;
            for (const call of [
              () => caller.as({ localAddress }).call(functionName, { Id }),
              () =>
                typeof Id === 'object'
                  ? caller.as({ localAddress }).call(functionName, { id: Id })
                  : caller.as({ localAddress }).call(`${functionName}?Id=${encodeURIComponent(String(Id))}&Id2=x`, {}),
            ]) {
              const answer = await call();
              answers.push(answer);
              assert.ok([-3, -4].includes(Number(answer.fields['Res'])), `${functionName} ${JSON.stringify(Id)}`);
              for (const mark of [...other.marks, other.ids[0]!])
                if (mark !== String(Id)) assert.ok(!answer.text.includes(mark), `${functionName}: ${mark}`);
            }
          }
  assert.equal(await stored(), before, 'not a row has changed');
  const unknown = answers.filter(({ fields }) => fields['Res'] === -4);
  assert.equal(new Set(unknown.map(({ text }) => text)).size, 1, 'all of them are one answer');
  t.diagnostic(
    `${answers.length} calls with foreign and odd IDs, ${unknown.length} answered as unknown, the others as malformed`,
  );
  assert.ok(answers.length > 3500);
});

test('its own IDs work all the same', async () => {
  for (const { caller, ids, marks } of companies) {
    const { fields } = await caller.call('GetReportIdentidad', { Id: ids[0] });
    assert.deepEqual([fields['Res'], fields['Telefono'], fields['Referencia']], [1, marks[0], marks[1]]);
    assert.equal((await caller.call('CancelarIdentidad', { Id: Number(ids[0]) })).fields['Cred'], 48);
  }
});
