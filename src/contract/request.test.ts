import assert from 'node:assert/strict';
import test from 'node:test';
import { ok } from '../kernel/result.ts';
import type { GivenValue } from './parameters.ts';
import { readRequest, type RawRequest } from './request.ts';

type Raw = Partial<Omit<RawRequest, 'body'>> & { readonly body?: string | Uint8Array };

function read({ query = '', contentType, contentEncoding, body = '' }: Raw) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return readRequest({ query, contentType, contentEncoding, body: ok(bytes) });
}

/** `FORMAT`, then what was read: texts by name, or why not. */
function outcome(raw: Raw): readonly [string, unknown] {
  const { encoding, parameters } = read(raw);
  if (!parameters.ok) return [encoding.name, parameters.refusal.kind];
  const shown = (value: GivenValue): string => ('text' in value ? value.text : `(${value.notText})`);
  return [encoding.name, Object.fromEntries([...parameters.value].map(([name, value]) => [name, shown(value)]))];
}

const json = (body: string | Uint8Array, query = '', contentType = 'application/json'): readonly [string, unknown] =>
  outcome({ contentType, body, query });
const form = (
  body: string | Uint8Array,
  contentType = 'application/x-www-form-urlencoded',
): readonly [string, unknown] => outcome({ contentType, body });
const multipart = (body: string, contentType = 'multipart/form-data; boundary=b'): readonly [string, unknown] =>
  outcome({ contentType, body });

test('query and body are one bag, the body wins, names are in whatever case', () => {
  assert.deepEqual(json('{"TELEFONO":"2","resp":"xml"}', 'telefono=1&Dni=X&Resp=TXT'), [
    'XML',
    { telefono: '2', dni: 'X', resp: 'xml' },
  ]);
  assert.deepEqual(outcome({ query: 'Telefono=%2B34600000001&resp=jSoN' }), [
    'JSON',
    { telefono: '+34600000001', resp: 'jSoN' },
  ]);
  assert.deepEqual(outcome({ query: '', contentType: 'application/json' }), ['ANT', {}]);
});

test('texts, numbers and booleans are texts; null is absent; nothing else is a text', () => {
  assert.deepEqual(
    json('{"a":34600000001,"b":true,"c":null,"d":[1],"e":{"f":1},"g":1e400,"h":12345678901234567890,"i":1.5}'),
    [
      'ANT',
      {
        a: '34600000001',
        b: 'true',
        d: '(structure)',
        e: '(structure)',
        g: '(number-not-finite)',
        h: '(number-not-exact)',
        i: '1.5',
      },
    ],
  );
  assert.deepEqual(json('{"a":null}', 'a=1'), ['ANT', { a: '1' }]);
});

test('a name twice in different case is refused, in the format that was asked for; in the same case the last counts', () => {
  assert.deepEqual(json('{"Dni":"1","DNI":"2","Resp":"TXT"}'), ['TXT', 'parameter-twice']);
  assert.deepEqual(form('Dni=1&dni=2&Resp=XML'), ['XML', 'parameter-twice']);
  assert.deepEqual(json('{"a":"1"}', 'Dni=1&dni=2&Resp=XML'), ['XML', 'parameter-twice']);
  assert.deepEqual(form('Dni=1&Dni=2'), ['ANT', { dni: '2' }]);
  assert.deepEqual(json('{"Dni":"1","Dni":"2"}'), ['ANT', { dni: '2' }]);
});

test('the query says how to answer when the body cannot be read; nobody says: JSON', () => {
  assert.deepEqual(json('{"Telefono', 'Resp=XML'), ['XML', 'json-unreadable']);
  assert.deepEqual(json('{"Telefono'), ['JSON', 'json-unreadable']);
  assert.deepEqual(outcome({ contentType: 'text/plain', body: 'x', query: 'resp=txt' }), ['TXT', 'body-type-unknown']);
});

test('an unknown Resp is refused in JSON; a blank one is none', () => {
  assert.deepEqual(json('{"Resp":"YAML"}'), ['JSON', 'resp-unknown']);
  assert.deepEqual(json('{"Resp":{}}'), ['JSON', 'resp-unknown']);
  assert.deepEqual(json('{"Resp":"YAML"}', 'Resp=XML'), ['JSON', 'resp-unknown']);
  assert.deepEqual(json('{"Resp":" "}'), ['ANT', { resp: ' ' }]);
  assert.deepEqual(json('{"Resp":" Json "}'), ['JSON', { resp: ' Json ' }]);
});

test('JSON must be an object, however it is malformed otherwise', () => {
  for (const body of ['[{"Telefono":"1"}]', '"x"', '1', 'true', 'null'])
    assert.deepEqual(json(body), ['JSON', 'json-not-object']);
  for (const body of ['{', '{"a":1,}', "{'a':1}", ' ', 'NaN', '{"a":\u0000}', '{"a":"\n"}', '['.repeat(60_000)])
    assert.deepEqual(json(body), ['JSON', 'json-unreadable']);
  assert.deepEqual(json(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`), ['ANT', { a: '(structure)' }]);
  assert.deepEqual(json('\ufeff{"a":"1"}'), ['ANT', { a: '1' }]);
});

test('names of the language are names like others', () => {
  assert.deepEqual(Object.entries(json('{"__proto__":"1","constructor":"2","toString":"3"}')[1] as object), [
    ['__proto__', '1'],
    ['constructor', '2'],
    ['tostring', '3'],
  ]);
  assert.equal(({} as Record<string, unknown>)['1'], undefined);
});

test('charsets: UTF-8, and the two western ones that old senders use', () => {
  const latin1 = Buffer.from('{"a":"año"}', 'latin1');
  assert.deepEqual(json(latin1, '', 'application/json; charset=ISO-8859-1'), ['ANT', { a: 'año' }]);
  assert.deepEqual(json(latin1, '', 'application/json; charset="windows-1252"'), ['ANT', { a: 'año' }]);
  assert.deepEqual(json(latin1), ['JSON', 'body-not-in-charset']);
  assert.deepEqual(json('{"a":"año"}', '', 'application/json; charset=utf-8'), ['ANT', { a: 'año' }]);
  assert.deepEqual(json('{}', '', 'application/json; charset=utf-16'), ['JSON', 'body-charset-unknown']);
  assert.deepEqual(form('a=a%F1o', 'application/x-www-form-urlencoded; charset=iso-8859-1'), ['ANT', { a: 'año' }]);
  assert.deepEqual(form('a=%80', 'application/x-www-form-urlencoded; charset=iso-8859-1'), ['ANT', { a: '€' }]);
  assert.deepEqual(form('a=a%F1o&b=1'), ['ANT', { a: '(charset)', b: '1' }]);
  assert.deepEqual(form('a=a%C3%B1o+b'), ['ANT', { a: 'año b' }]);
});

test('a percent sign that begins no escape is itself; pieces without a name or a value are taken as they are', () => {
  assert.deepEqual(form('a=100%&b=%zz&c&=d&&e=f=g'), ['ANT', { a: '100%', b: '%zz', c: '', '': 'd', e: 'f=g' }]);
});

test('multipart: quoted names, charsets of parts, files, preamble, and what is cut off', () => {
  const part = (head: string, value: string): string =>
    `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
  assert.deepEqual(
    multipart(`before\r\n${part('name="Mensaje"', 'uno\r\ndos')}${part('name=Resp', 'XML')}--b--\r\nafter`),
    ['XML', { mensaje: 'uno\r\ndos', resp: 'XML' }],
  );
  assert.deepEqual(multipart(`${part('name="Dni"; filename="x.txt"', 'X')}--b--`), ['ANT', { dni: '(file)' }]);
  assert.deepEqual(multipart(`${part('name="a\\"b"', '1')}--b--`), ['ANT', { 'a"b': '1' }]);
  assert.deepEqual(
    multipart(
      '--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=klingon\r\n\r\n1\r\n--b--',
    ),
    ['ANT', { a: '(charset)' }],
  );
  const cutOff = [
    part('name="a"', '1'),
    'x',
    '--b\r\n\r\n',
    '--b\r\nContent-Disposition: form-data; name="a"\r\n--b--',
  ];
  for (const body of cutOff) assert.equal(multipart(body)[1], 'multipart-unreadable', body);
  assert.deepEqual(multipart('--b--', 'multipart/form-data'), ['JSON', 'multipart-unreadable']);
});

test('what is compressed, of another type or too much is refused', () => {
  assert.deepEqual(outcome({ contentType: 'application/json', contentEncoding: 'gzip', body: '{}' }), [
    'JSON',
    'body-compressed',
  ]);
  assert.deepEqual(outcome({ contentType: 'application/json', contentEncoding: 'identity', body: '{}' }), ['ANT', {}]);
  for (const contentType of [
    undefined,
    '',
    'text/xml',
    'application/octet-stream',
    'json',
    'application/json; =',
    ';;;',
  ])
    assert.deepEqual(outcome({ contentType, body: '{}' }), ['JSON', 'body-type-unknown'], contentType);
  const many = Array.from({ length: 101 }, (_, at) => `p${at}=1`).join('&');
  assert.deepEqual(form(`Resp=XML&${many}`), ['XML', 'parameters-too-many']);
  assert.deepEqual(outcome({ query: `Resp=XML&${many}` }), ['XML', 'parameters-too-many']);
});
