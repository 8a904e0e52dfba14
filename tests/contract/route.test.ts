import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { StoreUnreachable } from '../../src/verification/service.ts';
import { send, type WireResponse } from './exchange.ts';
import { worldInMemory, type WorldInMemory } from './world-in-memory.ts';
import type { Caller, Scene } from './world.ts';

const validated: Scene = { account: 'validated', credits: 10 };

describe('the route', () => {
  let world: WorldInMemory;
  let caller: Caller;
  before(async () => void (world = await worldInMemory()));
  after(() => world.close());

  const enter = async (scene: Scene = validated): Promise<void> => void (caller = await enterOrFail(scene));
  const enterOrFail = async (scene: Scene): Promise<Caller> => (await world.enter(scene))!;

  type Sent = { method?: string; token?: string; headers?: Record<string, string>; body?: string };
  const call = (
    path: string,
    { method = 'POST', token, headers = {}, body = '' }: Sent = {},
  ): Promise<WireResponse> => {
    const pair = Buffer.from(`${caller.apiUser}:${token ?? caller.apiToken}`).toString('base64');
    return send(world.baseUrl, { method, path, headers: { Authorization: `Basic ${pair}`, ...headers }, body });
  };
  const told = ({ status, body }: WireResponse): readonly [number, string] => [status, body.toString()];
  const answer = (response: WireResponse): Record<string, unknown> =>
    (JSON.parse(response.body.toString()) as Record<string, unknown>[])[0]!;

  test('functions answer at the root and under the versions, in whatever case', async () => {
    for (const path of [
      '/GetCreditos',
      '/v3/GetCreditos',
      '/v7/GetCreditos',
      '/getcreditos',
      '/v3/GETCREDITOS',
      '/v7/getCREDitos',
    ]) {
      await enter();
      assert.deepEqual(told(await call(`${path}?Resp=JSON`)), [200, '[{"Res":1,"Cred":10}]'], path);
    }
    for (const path of ['/GetCreditosX', '/v2/GetCreditos', '/V3/GetCreditos', '/v3/', '/xGetCreditos'])
      assert.equal((await call(path)).status, 404, path);
  });

  test('anything but POST is answered 405 in the asked format, and told what to use', async () => {
    await enter();
    const used = world.storeCalls();
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const response = await call('/VerificarIdentidad?Resp=TXT', { method });
      assert.deepEqual(told(response), [405, 'Res:-3;\nError:Las funciones se llaman con POST.;\n'], method);
      assert.equal(response.headers.allow, 'POST');
    }
    assert.deepEqual(told(await call('/VerificarIdentidad', { method: 'GET' })), [405, 'Res:-3']);
    const head = await call('/VerificarIdentidad', { method: 'HEAD' });
    assert.deepEqual([...told(head), head.headers.allow], [405, '', 'POST']);
    const options = await call('/VerificarIdentidad', { method: 'OPTIONS' });
    assert.deepEqual([...told(options), options.headers.allow], [204, '', 'POST']);
    assert.equal(options.headers['access-control-allow-origin'], undefined);
    assert.equal(world.storeCalls(), used);
  });

  test('errors are in English for who likes it better', async () => {
    await enter();
    const response = await call('/VerificarIdentidad?Resp=JSON', { headers: { 'Accept-Language': 'en-GB,en;q=0.9' } });
    assert.equal(answer(response)['Error'], 'Telefono: is missing and required, for example 34600000001.');
  });

  test('a body that is too large is refused in the asked format and read no further', async () => {
    await enter();
    const headers = { 'Content-Type': 'application/json' };
    const fits = `{"Dni":"${' '.repeat(65_536 - 10)}"}`;
    assert.equal(fits.length, 65_536);
    assert.match(
      (await call('/VerificarIdentidad?Resp=JSON', { headers, body: fits })).body.toString(),
      /Telefono: falta/,
    );
    const response = await call('/VerificarIdentidad?Resp=XML', { headers, body: `${fits} ` });
    assert.equal(response.status, 413);
    assert.match(response.body.toString(), /^<\?xml.*\n<result>\n <Res>-3<\/Res>/);
  });

  test('unknown types and compressed bodies are 415 in the asked format', async () => {
    await enter();
    for (const headers of [
      { 'Content-Type': 'text/plain' },
      { 'Content-Type': 'not a type' },
      { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      { 'Content-Type': 'application/json; charset=utf-7' },
      {},
    ] as Record<string, string>[]) {
      const response = await call('/GetCreditos?Resp=TXT', { headers, body: '{}' });
      assert.equal(response.status, 415, JSON.stringify(headers));
      assert.match(response.body.toString(), /^Res:-3;\nError:[^;]+;\n$/);
    }
  });

  test('unknown user, wrong token, disabled account and no credentials at all get one answer', async () => {
    await enter();
    const wrong = await call('/GetCreditos?Resp=JSON', { token: 'x' });
    const pair = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    for (const authorization of [
      pair('api-9999999999:x'),
      pair('nobody:x'),
      pair('no colon'),
      'Bearer x',
      'Basic',
      'Basic %%%',
      '',
    ]) {
      const response = await send(world.baseUrl, {
        method: 'POST',
        path: '/GetCreditos?Resp=JSON',
        headers: authorization === '' ? {} : { Authorization: authorization },
        body: '',
      });
      assert.deepEqual(told(response), told(wrong), authorization);
      assert.deepEqual(Object.keys(response.headers), Object.keys(wrong.headers), authorization);
    }
  });

  test('wrong credentials are answered before what is wrong with the parameters', async () => {
    await enter();
    const response = await call('/GetCreditos', {
      token: 'x',
      headers: { 'Content-Type': 'application/json' },
      body: '{',
    });
    assert.equal(answer(response)['Res'], -1);
  });

  test('ten wrong tokens are heard, the eleventh call is not, and costs no look-up', async () => {
    await enter();
    for (let tries = 1; tries <= 10; tries++) assert.equal((await call('/GetCreditos', { token: 'x' })).status, 200);
    const used = world.storeCalls();
    const response = await call('/GetCreditos?Resp=JSON');
    assert.equal(response.status, 429);
    assert.match(response.headers['retry-after']!, /^\d+$/);
    assert.equal(answer(response)['Res'], -7);
    assert.equal(world.storeCalls(), used);
  });

  test('under strict_http the status says what the code says, once the caller is known', async () => {
    const strict = async (scene: Scene, path: string): Promise<number> => {
      await enter(scene);
      world.settings({ strictHttp: true });
      return (await call(path)).status;
    };
    assert.equal(await strict(validated, '/GetCreditos'), 200);
    assert.equal(await strict({ ...validated, credits: 0 }, '/VerificarIdentidad?Telefono=34600000001'), 402);
    assert.equal(
      await strict({ ...validated, account: 'unvalidated' }, '/VerificarIdentidad?Telefono=34600000001'),
      403,
    );
    assert.equal(await strict(validated, '/VerificarIdentidad'), 400);
    assert.equal(await strict(validated, '/GetCertificadoIdentidad?Id=1'), 404);
    assert.equal(
      await strict({ ...validated, verification: 'requested' }, `/GetCertificadoIdentidad?Id=${caller.verificationId}`),
      404,
    );
    await enter();
    world.settings({ strictHttp: true });
    assert.equal((await call('/GetCreditos', { token: 'x' })).status, 200);
  });

  test('an account may have JSON bare', async () => {
    await enter();
    world.settings({ envelope: 'object' });
    assert.equal((await call('/GetCreditos?Resp=JSON')).body.toString(), '{"Res":1,"Cred":10}');
  });

  test('a key makes a retry the same call: one charge, one ID, the same answer; other parameters are refused', async () => {
    await enter();
    const headers = { 'Idempotency-Key': 'pedido 1042', 'Content-Type': 'application/json' };
    const first = await call('/VerificarIdentidad?Resp=JSON', {
      headers,
      body: '{"Telefono":"34600000001","Dni":"x"}',
    });
    const again = await call('/v3/verificaridentidad', {
      headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'dni=x&TELEFONO=34600000001&resp=json&unknown=1',
    });
    assert.deepEqual(told(again), told(first));
    const other = await call('/VerificarIdentidad?Resp=JSON', {
      headers,
      body: '{"Telefono":"34600000002","Dni":"x"}',
    });
    assert.equal(answer(other)['Res'], -3);
    assert.equal(world.availableHundredths(), 900);
    for (const key of [' ', 'x'.repeat(256), 'a\tb', 'ñ'])
      assert.match(
        String(
          answer(
            await call('/VerificarIdentidad?Resp=JSON&Telefono=34600000001', { headers: { 'Idempotency-Key': key } }),
          )['Error'],
        ),
        /^Idempotency-Key: /,
        key,
      );
    assert.equal(world.availableHundredths(), 900);
  });

  test('a store that is away is 503 with nothing invented', async () => {
    await enter();
    world.breakWith(new StoreUnreachable());
    const response = await call('/GetCreditos?Resp=JSON');
    world.breakWith(null);
    assert.deepEqual([...told(response), response.headers['retry-after']], [503, '', '5']);
    assert.deepEqual(world.outcomes.at(-1), ['GetCreditos', null]);
  });

  test('what nobody expected is -5 with a number that the log has too, and neither has anybody’s data', async () => {
    await enter();
    world.breakWith(new Error('duplicate key 34600000001', { cause: new TypeError('34600000001') }));
    const response = await call('/VerificarIdentidad?Resp=JSON&Telefono=34600000001');
    world.breakWith(null);
    const { Res, Error: sentence } = answer(response) as { Res: number; Error: string };
    const reference = /\d{10}/.exec(sentence)![0];
    assert.deepEqual([response.status, Res], [200, -5]);
    const logged = world.logLines.filter((line) => line.includes(reference));
    assert.equal(logged.length, 1);
    assert.match(logged[0]!, /"error":"Error ← TypeError"/);
    assert.match(logged[0]!, /route\.test\.ts:\d+/, 'the places are told');
    assert.doesNotMatch(logged[0]!, /duplicate key/);
    assert.deepEqual(world.outcomes.at(-1), ['VerificarIdentidad', -5]);
  });

  test('nothing of any query or body was logged', () => {
    const log = world.logLines.join('');
    assert.ok(world.logLines.length > 50);
    assert.doesNotMatch(log, /3460000000|Telefono|Resp=|pedido|token-de-ejemplo|\?/i);
  });
});

test('a call over plain HTTP is refused, not redirected, before its credentials are looked at', async () => {
  const world = await worldInMemory({ secure: false });
  try {
    const caller = (await world.enter(validated))!;
    const pair = Buffer.from(`${caller.apiUser}:${caller.apiToken}`).toString('base64');
    const headers = { Authorization: `Basic ${pair}`, 'Content-Type': 'application/json' };
    const response = await send(world.baseUrl, {
      method: 'POST',
      path: '/GetCreditos',
      headers,
      body: '{"Resp":"XML"}',
    });
    assert.equal(response.status, 403);
    assert.match(response.body.toString(), /<Res>-3<\/Res>\n <Error>Esta API solo responde por HTTPS\./);
    assert.equal(response.headers.location, undefined);
    assert.equal(world.storeCalls(), 0);
  } finally {
    await world.close();
  }
});
