import fc from 'fast-check';
import type { WireRequest } from './exchange.ts';

const functionNames = [
  'VerificarIdentidad',
  'GetCreditos',
  'GetCertificadoIdentidad',
  'GetReportIdentidad',
  'CancelarIdentidad',
  'ReenviarIdentidad',
];

const contentTypes = [
  ...Array<string>(12).fill('application/json'), ...Array<string>(8).fill('application/x-www-form-urlencoded'), ...Array<string>(6).fill('multipart/form-data; boundary=b'),
  'multipart/form-data; boundary=b', 'multipart/form-data; boundary=b', 'application/json; charset=utf-8', 'application/json; charset=iso-8859-1', 'application/json; charset=utf-16',
  'application/json; charset="', 'multipart/form-data', 'multipart/form-data; boundary=""', `multipart/form-data; boundary=${'b'.repeat(71)}`, 'text/plain', 'text/xml', 'a/b; c', '/', ';', 'application/json;;;charset',
  'APPLICATION/JSON', 'application/problem+json', 'application/x-www-form-urlencoded; charset=windows-1252',
]; // prettier-ignore

/** Values that would be accepted stay away from `Telefono`: a malformed call must move no credit. */
const values = fc.oneof(
  fc.constantFrom<unknown>(
    null, true, false, 0, -0, -1, 1e308, 1.5, 2 ** 31, 2 ** 53, '', ' ', '\0', 'x'.repeat(3000), '\ud800', '\udfff\ud800', '\ufffe', '\u202e', [], {}, [[]], { a: 1 }, 'JSON',
    'XML', 'TXT', 'ANT', '299846332', '-1', '1e3', '0x10', '99999999999', "'; drop table", '<![CDATA[', '2027-05-01 15:10', '9999-99-99 99:99', '=1+1', '%00', '+', '[LINK]',
  ), // prettier-ignore
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
);
const names = fc.oneof(
  fc.constantFrom('Telefono', 'TELEFONO', 'telefono', 'Mensaje', 'mensaje', 'Dni', 'dni', 'Fecha', 'Remitente', 'Resp', 'RESP', 'resp', 'Id', 'ID', 'id', 'Referenciausuario', '__proto__', 'constructor', 'toString', '', 'hasOwnProperty', '\0'),
  fc.string({ maxLength: 20 }),
); // prettier-ignore
const pairs = fc.array(fc.tuple(names, values), { maxLength: 8 });

const jsonText = (given: readonly (readonly [string, unknown])[]): string =>
  `{${given.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`;
const formText = (given: readonly (readonly [string, unknown])[]): string =>
  given
    .map(
      ([name, value]) => `${encode(name)}=${encode(typeof value === 'object' ? JSON.stringify(value) : String(value))}`,
    )
    .join('&');
const multipartText = (given: readonly (readonly [string, unknown])[]): string =>
  `${given.map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`).join('')}--b--\r\n`;
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const wellMade = pairs
  .chain((given) => fc.constantFrom(jsonText(given), formText(given), multipartText(given)))
  .map(asBytes);

/** Bytes changed, dropped, doubled or cut, as faulty networks and attackers do. */
const mutated = fc
  .tuple(wellMade, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(3)), { minLength: 1, maxLength: 6 }))
  .map(([body, changes]) =>
    changes.reduce((text, [position, code, how]) => {
      const at = text === '' ? 0 : position % text.length;
      const character = String.fromCharCode(code);
      if (how === 0) return text.slice(0, at) + character + text.slice(at + 1);
      if (how === 1) return text.slice(0, at) + text.slice(at + 1);
      if (how === 2) return text.slice(0, at) + text.slice(at, at + 20).repeat(2) + text.slice(at + 20);
      return text.slice(0, at);
    }, body),
  );

const special = fc.constantFrom(
  '', ' ', '\0', '{', '[', ']', 'null', '""', '0', '1e400', '{"a":1e400,"Telefono":1e400}', '{"__proto__":{"Telefono":"34600000001"}}', '{"Dni":"1","DNI":"2"}', '\xef\xbb\xbf{"Resp":"JSON"}',
  '\xff\xfe{\0}\0', '['.repeat(10_000), '{"a":'.repeat(10_000), `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, '{"Telefono":"\\ud800"}', '{"Telefono":"\\u0000"}', '{"Telefono":["34600000001"]}', '{"Id":1e9}',
  '{"Id":-1}', '{"Id":299846332.5}', '{"Id":[299846332]}', 'x'.repeat(65_536), 'x'.repeat(65_537), `{"Mensaje":"${'x'.repeat(65_000)}"}`, 'a&'.repeat(30_000), '='.repeat(1000), '%'.repeat(1000), '--b', '--b--', '--b\r\n', `${'--b\r\n'.repeat(9000)}`,
  '\x1f\x8b\x08\0\0\0\0\0\0\x03', '<?xml version="1.0"?><Telefono>34600000001</Telefono>', 'Resp=JSON&resp=XML', 'Telefono=34600000001&TELEFONO=34600000001',
); // prettier-ignore

const bodies = fc.oneof(
  { weight: 3, arbitrary: wellMade },
  { weight: 5, arbitrary: mutated },
  { weight: 2, arbitrary: special },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
);

const queries = fc.oneof(
  fc.constant(''),
  fc.constantFrom('?Resp=JSON', '?resp=xml', '?RESP=TXT', '?Resp=ANT', '?Resp=YAML', '?Resp=', '?Resp=JSON&resp=XML', '?%', '?%00', '?&&&', '?Telefono=1&Resp=TXT', '?Id=1&Resp=JSON', '??', '?Resp=%ff', '?=', `?${'a=1&'.repeat(150)}Resp=XML`),
  pairs.map((given) => `?${formText(given)}`.slice(0, 4000)),
); // prettier-ignore

/** One call that is malformed somewhere; the body's bytes are its characters. */
export const malformedCalls = fc
  .record({
    functionName: fc.constantFrom(...functionNames),
    query: queries,
    contentType: fc.option(fc.constantFrom(...contentTypes), { nil: undefined }),
    contentEncoding: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom('gzip', 'identity', 'br', 'x', '') }),
    key: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom('', 'a', 'x'.repeat(300), 'ñ', ' ') }),
    body: bodies,
  })
  .map(({ functionName, query, contentType, contentEncoding, key, body }): WireRequest => ({
    method: 'POST',
    path: `/${functionName}${query}`,
    headers: {
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      ...(contentEncoding === undefined ? {} : { 'Content-Encoding': contentEncoding }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    body,
  })); // prettier-ignore
