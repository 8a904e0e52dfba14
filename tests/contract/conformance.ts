import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { wireFunctions } from '../../src/contract/functions/index.ts';
import { send, transcriptOf, type WireResponse } from './exchange.ts';
import { carriers, requestOf, wishes, type Carrier, type Story, type Wish } from './exchange-table.ts';
import { betweenBraces, childOfResult, listOrObject, splittingOnCr, splittingOnLines } from './old-clients.ts';
import type { Caller, World } from './world.ts';

/** One exchange that took place. */
export type Exchange = {
  readonly story: Story;
  readonly carrier: Carrier;
  readonly wish: Wish;
  readonly response: WireResponse;
  readonly transcript: string;
};

/**
 * Plays a story in a world and compares every exchange with what is written down: to the byte in an exact world, elsewhere without what
 * chance decides. Then old clients read the answers.
 * @returns how many exchanges were compared.
 */
export async function assertConforms(world: World, story: Story): Promise<number> {
  const played = await play(world, story);
  const written = writtenDown(story);
  assert.equal(written.length, carriers.length * wishes.length, 'a transcript for each encoding and format');
  const comparable = world.isExact ? (transcript: string): string => transcript : withoutChance;
  played.forEach((exchange, at) => {
    assert.equal(comparable(exchange.transcript), comparable(written[at]!));
    assertOldClientsUnderstand(exchange);
    assertAsDocumented(exchange);
  });
  return played.length;
}

const folder = path.join(import.meta.dirname, 'transcripts');

export const transcriptFileOf = ({ functionName, name }: Story): string =>
  path.join(folder, `${functionName.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.${name}.http`);

/** Every exchange of a story, each in a scene set anew. */
export async function play(world: World, story: Story): Promise<readonly Exchange[]> {
  const asked = carriers.flatMap((carrier) => wishes.map((wish) => ({ carrier, wish })));
  const exchanges: Exchange[] = [];
  for (let at = 0; at < asked.length; at += world.scenesAtOnce) {
    const together = asked.slice(at, at + world.scenesAtOnce);
    exchanges.push(
      ...(await Promise.all(together.map(({ carrier, wish }) => exchangeIn(world, story, carrier, wish)))),
    );
  }
  return exchanges;
}

async function exchangeIn(world: World, story: Story, carrier: Carrier, wish: Wish): Promise<Exchange> {
  const caller = await world.enter(story.scene);
  const { localAddress } = caller;
  const request = requestOf(story, caller, carrier, wish);
  if (story.scene.isBlocked === true) await failUntilBlocked(world, story, caller);
  for (let time = 0; time < (story.askedBefore ?? 0); time++) await send(world.baseUrl, request, { localAddress });
  const response = await send(world.baseUrl, request, { localAddress });
  const title = `${carrier}, ${wish === null ? 'sin Resp' : `Resp=${wish}`}`;
  return { story, carrier, wish, response, transcript: transcriptOf(title, request, response) };
}

/** Sends a wrong token until the answer is that the caller is blocked. */
async function failUntilBlocked(world: World, story: Story, caller: Caller): Promise<void> {
  const wrong = requestOf({ ...story, token: 'wrong' }, caller, 'query', 'JSON');
  const { localAddress } = caller;
  for (let tries = 0; tries < 50; tries++)
    if ((await send(world.baseUrl, wrong, { localAddress })).status === 429) return;
  throw new Error('fifty wrong tokens did not block the caller');
}

/** What is written down for a story, exchange by exchange; nothing when there is no file. */
function writtenDown(story: Story): readonly string[] {
  const file = transcriptFileOf(story);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'latin1')
    .split(/^(?=### )/m)
    .filter((piece) => piece !== '');
}

/**
 * A transcript without what differs between two runs of a real service: credentials, IDs, times, seconds to wait, and lengths,
 * which follow from those.
 */
const withoutChance = (transcript: string): string =>
  transcript
    .replace(/^Authorization: .*$/m, 'Authorization: …')
    .replace(/(\bI[Dd](?:"?[:=>]"?|"\r\n\r\n))\d{9,10}\b/g, '$1299846332')
    .replace(/((?:FechaEnvio|UltimaActualizacion)(?:":"|[:>]))\d{4}-\d\d-\d\d \d\d:\d\d/g, '$12026-12-01 10:00')
    .replace(/^(Retry-After|Content-Length): \d+$/gm, '$1: …')
    .replace(/(dentro de )\d+( segundos)/g, '$1…$2')
    .replace(/(certificado-)\d{9,10}(\.pdf)/g, '$1299846332$2');

/** Each way in which clients of the family read an answer finds the code in it. */
function assertOldClientsUnderstand({ story, wish, response }: Exchange): void {
  assert.equal(Number(response.headers['content-length']), response.body.length);
  if (story.expected === 'pdf') {
    assert.equal(response.headers['content-type'], 'application/pdf');
    assert.match(response.body.toString('latin1'), /^%PDF-/);
    return;
  }
  const text = response.body.toString('utf8');
  const expected = String(story.expected);
  if (wish === 'JSON') {
    assert.equal(betweenBraces(text, 'Res'), expected);
    assert.equal(listOrObject(text, 'Res'), expected);
  } else if (wish === 'XML') assert.equal(childOfResult(text, 'Res'), expected);
  else if (wish === 'TXT') assert.equal(splittingOnLines(text, 'Res'), expected);
  // Credits in the old form have no code when all is well.
  else if (story.functionName === 'GetCreditos' && story.expected === 1)
    assert.equal(splittingOnCr(text, 'Cred'), '12345,67');
  else assert.equal(splittingOnCr(text, 'Res'), expected);
}

/** A good answer has the fields that the reference tells of, and no others. */
function assertAsDocumented({ story, wish, response }: Exchange): void {
  if (wish !== 'JSON' || story.expected !== 1) return;
  const [fields] = JSON.parse(response.body.toString()) as [unknown];
  wireFunctions
    .find(({ name }) => name === story.functionName)!
    .answer!.strict()
    .parse(fields);
}
