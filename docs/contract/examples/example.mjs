// Sends a request, asks for the credits and the report, and downloads the certificate when there is one.
// Needs COTEJO_URL (https://…, no slash at the end), COTEJO_USER and COTEJO_TOKEN; TELEFONO is who gets the SMS.
// Node 18 or newer.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { env, exit } from 'node:process';

/** Calls a function. */
const call = (name, parameters, headers = {}) =>
  fetch(`${env.COTEJO_URL}/${name}`, {
    method: 'POST',
    headers: {
      Authorization: 'Basic ' + Buffer.from(`${env.COTEJO_USER}:${env.COTEJO_TOKEN}`).toString('base64'),
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(parameters),
    signal: AbortSignal.timeout(30_000),
  });

/** Calls a function and reads the fields of its JSON answer. */
async function fields(name, parameters, headers) {
  const answer = await call(name, { ...parameters, Resp: 'JSON' }, headers);
  const [first] = await answer.json();
  return first;
}

// A key of your own: if the answer is lost, the same call with the same key neither charges nor texts twice.
const request = await fields(
  'VerificarIdentidad',
  { Telefono: env.TELEFONO ?? '34600000001' },
  { 'Idempotency-Key': randomUUID() },
);
console.log(request);
if (request.Res !== 1) exit(1);

console.log(await fields('GetCreditos', {}));
console.log(await fields('GetReportIdentidad', { Id: request.ID }));

// A certificate is a PDF; anything else says why there is none.
const certificate = await call('GetCertificadoIdentidad', { Id: request.ID, Resp: 'JSON' });
if (certificate.headers.get('content-type') === 'application/pdf') {
  await writeFile(`certificado-${request.ID}.pdf`, Buffer.from(await certificate.arrayBuffer()));
  console.log(`certificado-${request.ID}.pdf`);
} else {
  console.log((await certificate.json())[0]);
}
