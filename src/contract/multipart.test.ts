import assert from 'node:assert/strict';
import test from 'node:test';
import { Busboy } from '@fastify/busboy';
import fc from 'fast-check';
import { splitMultipart } from './multipart.ts';

/** What a well-known reader of another make finds: pairs of name and value as bytes. */
function asBusboyReads(body: string, boundary: string): Promise<readonly (readonly [string, string])[]> {
  return new Promise((resolve, reject) => {
    const busboy = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      defCharset: 'latin1',
    });
    const fields: [string, string][] = [];
    busboy.on('field', (name: string, value: string) => fields.push([name, value]));
    busboy.on('error', reject);
    busboy.on('finish', () => resolve(fields));
    busboy.end(Buffer.from(body, 'latin1'));
  });
}

const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('\r\n', '\r', '\n', '--', '--b', '\r\n--', ' ', ':', ';'),
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''))
  .filter((value) => !`\r\n${value}`.includes('\r\n--b'));
const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_[\]-]{0,20}$/);

test('500 forms of any bytes read as another reader reads them', async (context) => {
  const seed = Date.now() % 2_147_483_647;
  context.diagnostic(`seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(names, bytes), { minLength: 1, maxLength: 8 }), async (fields) => {
      const body = `${fields
        .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join('')}--b--\r\n`;
      const ours = splitMultipart(body, 'b', 100)!.map((part) => [part.name, part.bytes]);
      assert.deepEqual(ours, fields);
      assert.deepEqual(ours, await asBusboyReads(body, 'b'));
    }),
    { numRuns: 500, seed },
  );
});

test('reading takes time in proportion to length, whatever the form pretends to be', () => {
  const parts = (count: number): string => '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(count);
  for (const body of [
    '--b\r\n'.repeat(13_000),
    '\r\n--'.repeat(16_000),
    parts(1300),
    `--b${' '.repeat(65_000)}`,
    `--b\r\nContent-Disposition: form-data${'; a="\\'.repeat(10_000)}\r\n\r\n\r\n--b--`,
  ]) {
    const began = process.cpuUsage();
    splitMultipart(body, 'b', 100);
    const { user } = process.cpuUsage(began);
    assert.ok(user < 100_000, `${user} µs for ${body.length} bytes`);
  }
});
