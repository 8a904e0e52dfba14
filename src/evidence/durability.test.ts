import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { type TestEvidence, testEvidence } from '../../tests/counterparts/evidence.ts';
import type { Acknowledged, WriterOrder } from '../../tests/counterparts/evidence-writer.ts';
import { secretsFrom } from '../access/secrets.client.ts';
import { seededRandom } from '../kernel/random.ts';
import type { EvidencePlace } from './evidence.ts';
import { evidenceRoom } from './evidence-room.client.ts';
import { evidenceTools } from './evidence-tools.client.ts';
import { listParts } from './evidence.store.ts';
import { type ScrubFault, scrub } from './scrub.client.ts';
import { gathered } from './sealed-stream.client.ts';

const writer = fileURLToPath(new URL('../../tests/counterparts/evidence-writer.ts', import.meta.url));
const key = randomBytes(32);
const FILES_EACH = 40;

let evidence: TestEvidence;

before(async () => {
  evidence = await testEvidence();
});

after(() => evidence.stop());

async function orderFor(verifications: number): Promise<WriterOrder> {
  const places: EvidencePlace[] = [];
  for (let n = 0; n < verifications; n += 1) places.push(await evidence.newPlace());
  const { connection, folder } = evidence;
  return { connection, folder, key: key.toString('base64'), places, files: FILES_EACH };
}

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test(
  'of 200 files each is on disk, under its name, with its folders, before the database hears of it',
  { skip: hasStrace ? false : 'not run: no strace here' },
  async (t) => {
    const order = await orderFor(200 / FILES_EACH);
    const trace = path.join(evidence.folder, '../trace');
    execFileSync(
      'strace',
      [
        '-f',
        '-y',
        '-s',
        '2000',
        '-e',
        'trace=fsync,rename,write,writev,sendto,sendmsg',
        '-o',
        trace,
        process.execPath,
        writer,
        JSON.stringify(order),
      ],
      { stdio: 'ignore' },
    );
    const calls = completedCalls(readFileSync(trace, 'utf8'));
    const { rows } = await sql<{ name: string }>`
      select blob_name as name from evidence_part where account_id = ${evidence.accountId}`.execute(evidence.database);
    assert.equal(rows.length, 200);
    let inOrder = 0;
    for (const { name } of rows) {
      const file = path.join(evidence.folder, name);
      const renamed = calls.find(({ text }) => text.startsWith('rename(') && text.includes(`"${file}"`));
      const unfinished = /rename\("([^"]+)"/.exec(renamed?.text ?? '')?.[1];
      const synced = (what: string | undefined, from: number) =>
        calls.find(({ text, begins }) => begins >= from && text.startsWith('fsync(') && text.includes(`<${what}>`));
      const file_ = calls.find(({ text }) => text.startsWith('fsync(') && text.includes(`<${unfinished}>`));
      // The first that the server is told of the file; its COMMIT comes later still.
      const told = calls.find(({ text }) => /^(write|writev|sendto|sendmsg)\(/.test(text) && text.includes(name));
      assert.ok(renamed && file_ && told, name);
      const folders = [path.dirname(file), path.dirname(path.dirname(file)), evidence.folder].map((folder) =>
        synced(folder, renamed.ends),
      );
      const isInOrder =
        file_.ends <= renamed.begins && folders.every((folder) => folder !== undefined && folder.ends <= told.begins);
      if (isInOrder) inOrder += 1;
    }
    assert.equal(inOrder, 200);
    t.diagnostic(`${inOrder} of 200 in order`);
  },
);

test('a writer that is killed at any moment leaves no torn file that is known, and loses nothing it acknowledged', async (t) => {
  const kills = Number(process.env['KILLS'] ?? 12);
  const seed = Number(process.env['SEED'] ?? Date.now());
  const random = seededRandom(seed);
  let acknowledgedCount = 0;
  let strays = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const order = await orderFor(4);
    const acknowledged = await killedAfter(order, 1 + Math.floor(random() * 60), Math.floor(random() * 12));
    acknowledgedCount += acknowledged.length;
    const { parts } = evidence;
    const { wrapKey, unwrapKey } = secretsFrom(key);
    const owned = { ...parts, wrapKey, unwrapKey };
    const room = evidenceRoom(owned);
    for (const { place, itemNumber, partNumber, sha256 } of acknowledged) {
      const listed = await listParts(evidence.database, place, itemNumber);
      const part = listed[Math.max(0, partNumber - 1)];
      assert.equal(part?.sha256.toString('hex'), sha256, `acknowledged and lost, seed ${seed}`);
      const tools = evidenceTools(owned);
      const set = await tools.keys.openKey(place);
      assert.ok(set.ok);
      await gathered(tools.sealedBlobs.read(set.value, itemNumber, listed));
    }
    // The verification goes on where it was, in another process.
    const place = acknowledged.at(-1)?.place;
    if (place !== undefined) {
      const open = (await room.list(place)).recordings[0];
      if (open !== undefined) {
        const bytes = randomBytes(100);
        const next = { itemNumber: open.itemNumber, partNumber: open.parts.length + 1, bytes };
        assert.ok((await room.appendPart(place, next)).ok);
      }
    }
  }
  const { wrapKey, unwrapKey } = secretsFrom(key);
  const faults: ScrubFault[] = [];
  const count = { verifications: 0, items: 0, bytes: 0 };
  const tools = evidenceTools({ ...evidence.parts, wrapKey, unwrapKey });
  for await (const fault of scrub(tools, evidence.accountId, count)) faults.push(fault);
  assert.deepEqual(
    faults.filter(({ kind }) => kind === 'damaged'),
    [],
  );
  strays = faults.length;
  assert.ok(strays <= kills, `${strays} files that nothing knows of`);
  const files = readdirSync(evidence.folder, { recursive: true }) as string[];
  const unfinished = files.filter((name) => name.includes('.unfinished'));
  assert.ok(unfinished.length <= kills);
  t.diagnostic(
    `seed ${seed}: ${kills} kills, ${acknowledgedCount} acknowledged, 0 lost, 0 torn; ${strays} strays, ${unfinished.length} unfinished`,
  );
});

/** Kills the writer some time after it acknowledged so many. */
async function killedAfter(order: WriterOrder, count: number, delayMs: number): Promise<readonly Acknowledged[]> {
  const child: ChildProcess = spawn(process.execPath, [writer, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let text = '';
  for await (const piece of child.stdout!) {
    text += String(piece);
    if (text.split('\n').length - 1 >= count) {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGKILL');
    }
  }
  await ended;
  assert.ok(existsSync(order.folder));
  // The last line may be cut: what was not said whole was not acknowledged.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Acknowledged);
}

type Call = { readonly text: string; readonly begins: number; readonly ends: number };

/** System calls with the lines at which they began and came back: other threads may have called in between. */
function completedCalls(trace: string): readonly Call[] {
  const begun = new Map<string, { text: string; begins: number }>();
  const calls: Call[] = [];
  for (const [at, line] of trace.split('\n').entries()) {
    const [, pid, text] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (pid === undefined || text === undefined) continue;
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const before = begun.get(pid);
    if (text.endsWith('<unfinished ...>')) begun.set(pid, { text, begins: at });
    else if (resumed !== null && before !== undefined)
      calls.push({ text: before.text + resumed[1]!, begins: before.begins, ends: at });
    else calls.push({ text, begins: at, ends: at });
  }
  return calls.toSorted((a, b) => a.begins - b.begins);
}
