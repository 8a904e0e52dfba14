import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { describe } from 'node:test';
import { Busboy } from '@fastify/busboy';
import { callbackOf } from '../../src/contract/callback.ts';
import { encodeBody, bodyEncodings } from '../../src/notification/webhook/body.ts';
import { bytesOfCallback, fieldsOf, forms, sample, sampleVerification, transcriptFileOf } from './callback-requests.ts';

describe('a callback arrives as it is written down, to the last byte', () => {
  for (const { name, encoding, payload } of forms)
    test(name, async () => {
      const [arrived, written] = [await bytesOfCallback(encoding, payload), readFileSync(transcriptFileOf(name))];
      assert.equal(arrived.toString('utf8'), written.toString('utf8'));
      assert.ok(arrived.equals(written));
    });

  test('no transcript is left over', () => {
    const files = readdirSync(path.dirname(transcriptFileOf(forms[0]!.name))).sort();
    assert.deepEqual(files, forms.map(({ name }) => `${name}.http`).sort());
  });
});

test("the contract's sample is what its verification is told as, but for what our readings say otherwise", () => {
  const callback = callbackOf(sampleVerification, 'strings');
  const expected = {
    ...sample,
    // Reading 33: no address is looked up.
    Posicion: sample['Posicion']!.replace('C. de las calles, 8B, 28333 Madrid, Spain', ''),
    // Numbers as JavaScript prints them; reading 32: at most 99 %.
    Result: sample['Result']!.replaceAll('93.957847595214844', '93.95784759521484').replace('99.599784851074%', '99%'),
  };
  assert.deepEqual(callback, expected);
  assert.deepEqual(Object.keys(callback), Object.keys(sample));
});

test('texts are the same texts in all three encodings', async () => {
  const json = encodeBody(sample, 'json');
  assert.equal(Buffer.from(json.bytes).toString('utf8'), JSON.stringify(sample));
  assert.deepEqual(
    [...new URLSearchParams(Buffer.from(encodeBody(sample, 'urlencoded').bytes).toString())],
    Object.entries(sample),
  );
  assert.deepEqual(await multipartOf(sample), Object.entries(sample));
});

test('typed values: numbers, objects and every access; in forms what has parts is JSON', async () => {
  const fields = fieldsOf('typed');
  const parsed = JSON.parse(Buffer.from(encodeBody(fields, 'json').bytes).toString()) as Record<string, unknown>;
  assert.deepEqual(parsed, fields);
  assert.deepEqual([parsed['ID'], parsed['Estado'], parsed['Telefono']], ['299846332', 5001, 34600000000]);
  assert.deepEqual(parsed['Acceso'], [
    { Fecha: '2021-09-04 19:37:21', IP: '85.10.20.221', Puerto: '11892' },
    { Fecha: '2021-09-04 19:52:03', IP: '2001:db8::7', Puerto: '' },
  ]);
  assert.equal((parsed['Result'] as { Resultado: unknown }).Resultado, 93.95784759521484);
  for (const entries of [
    [...new URLSearchParams(Buffer.from(encodeBody(fields, 'urlencoded').bytes).toString())],
    await multipartOf(fields),
  ]) {
    const texts = Object.fromEntries(entries) as Record<string, string>;
    assert.equal(texts['Estado'], '5001');
    for (const name of ['Acceso', 'Posicion', 'Dispositivo', 'Result'])
      assert.deepEqual(JSON.parse(texts[name]!), parsed[name], name);
  }
});

test('what is not known yet: empty texts, or nothing where an object would be', () => {
  const {
    assessment: _,
    assessedAt: __,
    submittedAt: ___,
    asksFor: ____,
    documentKind: _____,
    ...rest
  } = sampleVerification;
  const opened = {
    ...rest,
    state: 'opened',
    requestedNumber: null,
    opening: { ...rest.opening, place: 'declined' },
  } as const;
  const strings = callbackOf(opened, 'strings');
  assert.deepEqual(
    ['Estado', 'DNIAnverso', 'DNIReverso', 'DNISolicitado', 'Posicion', 'Result'].map((name) => strings[name]),
    ['3000', '', '', '', '', ''],
  );
  const typed = callbackOf(opened, 'typed');
  assert.deepEqual(
    ['Estado', 'DNIAnverso', 'DNIReverso', 'DNISolicitado', 'Posicion', 'Result'].map((name) => typed[name]),
    [3000, '', '', '', null, null],
  );
});

test('names and texts from documents stay what they are in every encoding', async () => {
  const hostile = {
    Nombre: 'MUÑOZ & CÍA=1+1%20;"\r\n--boundary\r\n',
    Marca: '------cotejo-callback-0000--\r\n----cotejo-callback-0001',
    Emoji: '🪪 \u{10ffff}\u0000',
    Vacio: '',
  };
  for (const encoding of bodyEncodings) {
    const { bytes } = encodeBody(hostile, encoding);
    const again = encodeBody(hostile, encoding);
    assert.deepEqual(again.bytes, bytes);
  }
  assert.deepEqual(JSON.parse(Buffer.from(encodeBody(hostile, 'json').bytes).toString()), hostile);
  assert.deepEqual(
    [...new URLSearchParams(Buffer.from(encodeBody(hostile, 'urlencoded').bytes).toString())],
    Object.entries(hostile),
  );
  assert.deepEqual(await multipartOf(hostile), Object.entries(hostile));
});

/** Read by a parser that is not ours. */
function multipartOf(fields: Parameters<typeof encodeBody>[0]): Promise<[string, string][]> {
  const { contentType, bytes } = encodeBody(fields, 'multipart');
  return new Promise((resolve, reject) => {
    const found: [string, string][] = [];
    const parser = new Busboy({ headers: { 'content-type': contentType } });
    parser.on('field', (name, value) => found.push([name, value]));
    parser.on('finish', () => resolve(found));
    parser.on('error', reject);
    parser.end(Buffer.from(bytes));
  });
}
