// Receives callbacks (encoding json): checks that they are from the service, keeps each of them once, answers, and acts in order.
// Needs COTEJO_SECRET (whsec_…; two, separated by a comma, while it is being changed) and RECEIVED, a folder of its own; PORT is where it
// listens. Put TLS in front of it. Node 22 or newer.
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { env } from 'node:process';

const secrets = env.COTEJO_SECRET.split(',').map((secret) => Buffer.from(secret.slice('whsec_'.length), 'base64'));
const TOLERANCE_SECONDS = 300;
const kept = path.join(env.RECEIVED, 'kept');
const states = path.join(env.RECEIVED, 'states');
for (const folder of [kept, states]) fs.mkdirSync(folder, { recursive: true });

/** Whether the call is from the service, whole, and not an old one that somebody kept. */
function isGenuine(headers, body) {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers;
  if (!/^[\w-]{1,64}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest(),
  );
  return signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => expected.some((one) => given.length === one.length && timingSafeEqual(given, one)));
}

/** Puts the call on the disk under its ID. False: it was there already, because an answer of ours got lost. */
function keep(id, body) {
  const draft = path.join(env.RECEIVED, `${id}.${process.pid}.draft`);
  fs.writeFileSync(draft, body, { flush: true });
  try {
    fs.linkSync(draft, path.join(kept, id)); // takes place once, however many come at the same time
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft);
  }
}

/** Acts on a status. One that was told once more on demand does not set the verification back. */
function act({ ID, Estado }) {
  const file = path.join(states, String(Number(ID)));
  const before = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0;
  if (Number(Estado) <= before) return;
  fs.writeFileSync(file, String(Estado));
  console.log(`${ID} ${Estado}`); // your own work goes here, or into a queue
}

// What was kept and not acted on, because this program was stopped in between, is acted on now.
const names = fs.readdirSync(kept).sort(new Intl.Collator('en', { numeric: true }).compare);
for (const name of names) act(JSON.parse(fs.readFileSync(path.join(kept, name), 'utf8')));

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (request.method !== 'POST' || !isGenuine(request.headers, body)) return response.writeHead(401).end();
    const fields = JSON.parse(body.toString());
    // Asked once, when the address is saved: do you want these calls?
    if (typeof fields.challenge === 'string') return response.end(fields.challenge);
    const isNew = keep(request.headers['webhook-id'], body);
    // The next status of this verification comes when this one is answered: answer first, work afterwards.
    response.writeHead(204).end();
    if (isNew) act(fields);
  });
}).listen(Number(env.PORT ?? 8090), '127.0.0.1');
