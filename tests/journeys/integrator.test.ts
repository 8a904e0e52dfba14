// A company connects its program: from its account to the message that was delivered, in the ways in which such programs call.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Smsc } from '../counterparts/smsc.ts';
import { RunningService, type TestAccount } from '../faults/running-service.ts';
import { Caller, fieldsOf, type Called } from './caller.ts';

let smsc: Smsc;
let service: RunningService;

before(async () => {
  smsc = new Smsc({ receiptAfterMs: 50 });
  const port = await smsc.listen();
  service = await RunningService.create({
    COTEJO_SMS_GATEWAY: 'smpp',
    COTEJO_SMS_SETTINGS: JSON.stringify({ host: '127.0.0.1', port, systemId: 'cotejo', password: 'secret' }),
  });
  await service.start();
});
after(async () => {
  await service?.remove();
  await smsc?.close();
});

async function newCaller(
  credits: number,
  ...options: readonly string[]
): Promise<Caller & { readonly account: string }> {
  const json = await service.command(
    'account',
    'create',
    'Ejemplo',
    '--credits',
    String(credits),
    '--json',
    ...options,
  );
  const created = JSON.parse(json) as TestAccount;
  assert.deepEqual(Object.keys(created).sort(), ['account', 'apiToken', 'apiUser']);
  // Accounts are told apart by the addresses that they call from, so that none pays for what another asks too often.
  const localAddress = `127.0.1.${(accounts += 1)}`;
  return Object.assign(new Caller({ url: service.url, ...created, localAddress }), created);
}
let accounts = 0;

async function until<Value>(wanted: (value: Value) => boolean, ask: () => Promise<Value>): Promise<Value> {
  for (const beganAt = performance.now(); ; await delay(2100)) {
    const value = await ask();
    if (wanted(value) || performance.now() - beganAt > 30_000) return value;
  }
}

const shown = (phone: string): string[] =>
  smsc
    .messages()
    .filter(({ to }) => to === phone)
    .map(({ text }) => text);

async function shownTimes(phone: string, times: number): Promise<string[]> {
  for (let tries = 0; shown(phone).length < times && tries < 200; tries += 1) await delay(50);
  return shown(phone);
}

const codeOf = ({ fields, status }: Called): readonly unknown[] => [status, fields['Res'], fields['Cred']];

test('an account made while the service runs is served at once, in all five ways of sending parameters', async () => {
  const created = JSON.parse(
    await service.command('account', 'create', 'Ejemplo', '--credits', '50', '--json'),
  ) as TestAccount;
  const Authorization = `Basic ${Buffer.from(`${created.apiUser}:${created.apiToken}`).toString('base64')}`;
  const form = (parameters: Record<string, string>): FormData => {
    const body = new FormData();
    for (const [name, value] of Object.entries(parameters)) body.append(name, value);
    return body;
  };
  const inQuery = (parameters: Record<string, string>): string => `?${new URLSearchParams(parameters).toString()}`;
  const ways = [
    (parameters: Record<string, string>) => ['', JSON.stringify(parameters), 'application/json'],
    (parameters: Record<string, string>) => ['', new URLSearchParams(parameters), null],
    (parameters: Record<string, string>) => ['', form(parameters), null],
    (parameters: Record<string, string>) => [inQuery(parameters), null, null],
    // What stands in both is the body's.
    (parameters: Record<string, string>) => [
      inQuery({ Telefono: '34699999999', Resp: 'JSON' }),
      JSON.stringify({ Telefono: parameters['Telefono'] }),
      'application/json',
    ],
  ] as const;
  for (const [index, way] of ways.entries()) {
    const phone = `3461000000${index}`;
    const [query, body, type] = way({ Telefono: phone, Mensaje: 'Entre en [LINK]', Resp: 'JSON' }) as [
      string,
      RequestInit['body'],
      string | null,
    ];
    const response = await fetch(`${service.url}/VerificarIdentidad${query}`, {
      method: 'POST',
      headers: { Authorization, ...(type === null ? {} : { 'Content-Type': type }) },
      body: body ?? null,
    });
    const fields = fieldsOf(await response.text());
    assert.deepEqual([response.status, fields['Res'], fields['Cred']], [200, 1, 49 - index]);
    assert.match(String(fields['ID']), /^\d{1,10}$/);
    const [text] = await shownTimes(phone, 1);
    assert.match(
      text ?? '',
      new RegExp(`http://localhost:${service.port}/i/\\S+`),
      `way ${index} reached the telephone`,
    );
  }
  assert.deepEqual(shown('34699999999'), []);
});

test('a request is followed from its sending to its delivery, and sent again on demand', async () => {
  const company = await newCaller(10);
  const Telefono = '34611000001';
  const accepted = await company.call('VerificarIdentidad', { Telefono, Dni: '12345678A', Referenciausuario: 'p-1' });
  assert.deepEqual(codeOf(accepted), [200, 1, 9]);
  const Id = accepted.fields['ID'];
  const delivered = await until(
    ({ fields }) => fields['EstadoEnvio'] === 'Entregado',
    () => company.call('GetReportIdentidad', { Id }),
  );
  const { Servicio, ID, Estado, EstadoEnvio, DNISolicitado, Referencia, Aviso } = delivered.fields;
  assert.deepEqual(
    { Servicio, ID, Estado, EstadoEnvio, DNISolicitado, Referencia, Aviso, Telefono: delivered.fields['Telefono'] },
    {
      Servicio: 'VERIFICACION_IDENTIDAD',
      ID: Id,
      Estado: '',
      EstadoEnvio: 'Entregado',
      DNISolicitado: '12345678A',
      Referencia: 'p-1',
      Aviso: 'DNI_LETRA',
      Telefono,
    },
  );
  const again = await company.call('ReenviarIdentidad', { Id });
  assert.deepEqual(codeOf(again), [200, 1, 9], 'a repetition costs nothing');
  const texts = await shownTimes(Telefono, 2);
  assert.equal(texts.length, 2);
  assert.equal(new Set(texts).size, 2, 'each message has a link of its own');
  assert.deepEqual(codeOf(await company.call('CancelarIdentidad', { Id })).slice(0, 2), [200, 1]);
  const cancelled = await company.call('GetReportIdentidad', { Id });
  assert.equal(cancelled.fields['EstadoEnvio'], 'Cancelado');
  assert.deepEqual(codeOf(await company.call('GetCreditos')), [200, 1, 9], 'what was sent is not given back');
  assert.equal((await company.call('ReenviarIdentidad', { Id })).fields['Res'], -5);
});

test('a scheduled request holds its credit until it is cancelled, and is never sent then', async () => {
  const company = await newCaller(5);
  const Telefono = '34611000002';
  const Fecha = inSpain(30 * 86_400_000);
  const accepted = await company.call('VerificarIdentidad', { Telefono, Fecha });
  assert.deepEqual(codeOf(accepted), [200, 1, 4]);
  const Id = accepted.fields['ID'];
  const report = await company.call('GetReportIdentidad', { Id });
  assert.equal(report.fields['EstadoEnvio'], 'En espera');
  assert.equal(report.fields['FechaEnvio'], Fecha);
  assert.deepEqual(codeOf(await company.call('GetCreditos')), [200, 1, 4]);
  assert.deepEqual(codeOf(await company.call('CancelarIdentidad', { Id })), [200, 1, 5]);
  assert.equal((await company.call('CancelarIdentidad', { Id })).fields['Res'], -5, 'once');
  assert.deepEqual(codeOf(await company.call('GetCreditos')), [200, 1, 5]);
  assert.deepEqual(shown(Telefono), []);
});

test('the certificate is answered as far as there is one', async () => {
  const [company, stranger] = [await newCaller(5), await newCaller(5)];
  const { fields } = await company.call('VerificarIdentidad', { Telefono: '34611000003' });
  const foreign = await stranger.call('GetCertificadoIdentidad', { Id: fields['ID'] });
  const unknown = await stranger.call('GetCertificadoIdentidad', { Id: '2147483640' });
  assert.equal(foreign.fields['Res'], -4);
  assert.deepEqual(
    [foreign.status, foreign.text, withoutDate(foreign)],
    [unknown.status, unknown.text, withoutDate(unknown)],
    'what is unknown and what is another company’s are one answer',
  );
  for (const Id of [undefined, '', 'x', '12345678901', -1, 1.5, [1]])
    assert.equal((await company.call('GetCertificadoIdentidad', { Id })).fields['Res'], -3, JSON.stringify(Id));
  const own = await company.call('GetCertificadoIdentidad', { Id: fields['ID'] });
  assert.equal(own.fields['Res'], -5);
  assert.match(String(own.fields['Error']), /no está validada.*Estado actual: \S/);
  for (const functionName of ['CancelarIdentidad', 'ReenviarIdentidad', 'GetReportIdentidad'])
    assert.equal((await stranger.call(functionName, { Id: fields['ID'] })).fields['Res'], -4, functionName);
  const untouched = await company.call('GetReportIdentidad', { Id: fields['ID'] });
  assert.notEqual(untouched.fields['EstadoEnvio'], 'Cancelado');
});

test('what is set for an account holds from the next call on', async () => {
  const company = await newCaller(5);
  const set = async (...assignments: readonly string[]): Promise<string> =>
    service.command('account', 'set', company.account, ...assignments);
  assert.match((await company.call('GetCreditos')).text, /^\[\{"Res":1,"Cred":5\}\]$/);
  await set('envelope=object', 'strictHttp=yes');
  assert.match((await company.call('GetCreditos')).text, /^\{"Res":1,"Cred":5\}$/);
  const refused = await company.call('VerificarIdentidad', {});
  assert.deepEqual([refused.status, refused.fields['Res']], [400, -3]);
  await set('strictHttp=no', 'functions=credits,certificate');
  const closed = await company.call('VerificarIdentidad', { Telefono: '34611000004' });
  assert.deepEqual([closed.status, closed.fields['Res']], [200, -4]);
  assert.equal((await company.call('GetCreditos')).fields['Res'], 1);
  await set('envelope=array', 'functions=request,credits,certificate', 'state=disabled');
  const disabled = await company.call('GetCreditos');
  const wrongToken = await company.as({ apiToken: 'ct_wrong' }).call('GetCreditos');
  assert.equal(disabled.fields['Res'], -1);
  assert.deepEqual(
    [disabled.status, disabled.text, withoutDate(disabled)],
    [wrongToken.status, wrongToken.text, withoutDate(wrongToken)],
    'a disabled account and a wrong token are one answer',
  );
  await set('state=validated');
  assert.equal((await company.call('VerificarIdentidad', { Telefono: '34611000005' })).fields['Res'], 1);
});

test('an account that is not validated may ask for its credits and nothing else', async () => {
  const company = await newCaller(5, '--unvalidated');
  assert.deepEqual(codeOf(await company.call('GetCreditos')), [200, 1, 5]);
  for (const functionName of ['VerificarIdentidad', 'GetCertificadoIdentidad', 'GetReportIdentidad'])
    assert.equal((await company.call(functionName, { Telefono: '34611000006', Id: '1' })).fields['Res'], -4);
  assert.deepEqual(codeOf(await company.call('GetCreditos')), [200, 1, 5]);
  await service.command('account', 'set', company.account, 'state=validated');
  assert.deepEqual(codeOf(await company.call('VerificarIdentidad', { Telefono: '34611000006' })), [200, 1, 4]);
});

test('the books balance after all of it', async () => {
  const { balances, accounts: checked } = JSON.parse(await service.command('credits', 'check', '--json')) as {
    balances: boolean;
    accounts: unknown[];
  };
  // The first account, the one of the five ways, and those that the stories made.
  assert.deepEqual([balances, checked.length], [true, 2 + accounts]);
});

const withoutDate = ({ headers }: Called): object =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'date'));

/** So long from now on the clocks of Spain, as `Fecha` is written. */
function inSpain(fromNowMs: number): string {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid', dateStyle: 'short', timeStyle: 'short' });
  return clock.format(new Date(Math.floor(Date.now() / 60_000) * 60_000 + fromNowMs));
}
