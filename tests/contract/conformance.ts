import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { send, transcriptOf, type WireResponse } from './exchange.ts';
import { carriers, requestOf, stories, wishes, type Carrier, type Story, type Wish } from './exchange-table.ts';
import type { Caller, World } from './world.ts';

/** One exchange that took place. */
export type Exchange = {
  readonly story: Story;
  readonly carrier: Carrier;
  readonly wish: Wish;
  readonly response: WireResponse;
  readonly transcript: string;
};

const folder = path.join(import.meta.dirname, 'transcripts');

export const transcriptFileOf = (story: Story): string =>
  path.join(
    folder,
    `${story.functionName.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.${story.name}.http`,
  );

/** Every exchange of a story, each in a scene set anew; null when the world cannot set it. */
export async function play(world: World, story: Story): Promise<readonly Exchange[] | null> {
  const exchanges: Exchange[] = [];
  for (const carrier of carriers)
    for (const wish of wishes) {
      const caller = await world.enter(story.scene);
      if (caller === null) return null;
      const request = requestOf(story, caller, carrier, wish);
      if (story.scene.isBlocked === true) await failUntilBlocked(world, story, caller);
      for (let time = 0; time < (story.askedBefore ?? 0); time++) await send(world.baseUrl, request);
      const response = await send(world.baseUrl, request);
      const title = `${carrier}, ${wish === null ? 'sin Resp' : `Resp=${wish}`}`;
      exchanges.push({ story, carrier, wish, response, transcript: transcriptOf(title, request, response) });
    }
  return exchanges;
}

/** Sends a wrong token until the answer is that the caller is blocked. */
async function failUntilBlocked(world: World, story: Story, caller: Caller): Promise<void> {
  const wrong = requestOf({ ...story, token: 'wrong' }, caller, 'query', 'JSON');
  for (let tries = 0; tries < 50; tries++) if ((await send(world.baseUrl, wrong)).status === 429) return;
  throw new Error('fifty wrong tokens did not block the caller');
}

/** What is written down for a story, exchange by exchange; null when there is no file. */
export function writtenDown(story: Story): readonly string[] | null {
  const file = transcriptFileOf(story);
  if (!existsSync(file)) return null;
  return readFileSync(file, 'latin1')
    .split(/^(?=### )/m)
    .filter((piece) => piece !== '');
}

/**
 * A transcript without what differs between two runs of a real service: credentials, IDs, times, seconds to wait, and lengths,
 * which follow from those.
 */
export const withoutChance = (transcript: string): string =>
  transcript
    .replace(/^Authorization: .*$/m, 'Authorization: …')
    .replace(/((?:\bID|\bId)(?:"?[:=>]"?|"\r\n\r\n))\d{9,10}\b/g, '$1299846332')
    .replace(/((?:FechaEnvio|UltimaActualizacion)(?:"?[:>]"?))\d{4}-\d\d-\d\d \d\d:\d\d/g, '$12026-12-01 10:00')
    .replace(/^(Retry-After|Content-Length): \d+$/gm, '$1: …')
    .replace(/(dentro de )\d+( segundos)/g, '$1…$2')
    .replace(/(certificado-)\d{9,10}(\.pdf)/g, '$1299846332$2');

export { stories };
