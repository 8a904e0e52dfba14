import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import test from 'node:test';
import fc from 'fast-check';
import { formatAddress, isWithin, parseAddress, parseNetwork } from './client-address-notation.ts';
import { clientOf, parseTrustedProxies, rateKey, type TrustedProxies } from './client-address.ts';

function trust(list: string): TrustedProxies {
  const proxies = parseTrustedProxies(list);
  assert.ok(proxies.ok, list);
  return proxies.value;
}

const proxies = '127.0.0.1, ::1 10.0.0.0/8 2001:db8:f::/48';

test('the client is the first address from the right that is no trusted proxy', () => {
  for (const [socketAddress, forwardedFor, address] of [
    // nobody in between
    ['203.0.113.7', undefined, '203.0.113.7'],
    ['::ffff:203.0.113.7', undefined, '203.0.113.7'],
    ['2001:DB8:0:0::7', undefined, '2001:db8::7'],
    ['fe80::1%eth0', undefined, 'fe80::1'],
    // headers of a peer that is no proxy of ours
    ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['203.0.113.7', '127.0.0.1', '203.0.113.7'],
    ['11.0.0.1', '198.51.100.1', '11.0.0.1'],
    // one proxy
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:127.0.0.1', '2001:db8::9', '2001:db8::9'],
    ['2001:db8:f:1::2', '198.51.100.1', '198.51.100.1'],
    // what the client itself claimed stands on the left
    ['127.0.0.1', '1.2.3.4, 198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '10.9.9.9, 198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '127.0.0.1,198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', ', , 198.51.100.1', '198.51.100.1'],
    // a chain of proxies
    ['127.0.0.1', '1.2.3.4, 198.51.100.1, 10.1.1.1, 10.2.2.2', '198.51.100.1'],
    ['127.0.0.1', '10.3.3.3, 10.2.2.2', '10.3.3.3'],
    // ports, as some proxies write them
    ['127.0.0.1', '198.51.100.1:51234', '198.51.100.1'],
    ['127.0.0.1', '[2001:db8::9]:51234', '2001:db8::9'],
    ['127.0.0.1', '[2001:db8::9]', '2001:db8::9'],
    // nothing to go by: the nearest proxy answers for it
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1,', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1, _hidden', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1, 10.1.1.1 evil', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.256', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.01', '127.0.0.1'],
    ['127.0.0.1', '0x7f.1', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1:', '127.0.0.1'],
    ['127.0.0.1', '::1::2', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1, 10.1.1.1, bad', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1, bad, 10.1.1.1', '10.1.1.1'],
    [undefined, '198.51.100.1', 'unknown'],
    ['', '198.51.100.1', 'unknown'],
  ] as const)
    assert.equal(
      clientOf({ socketAddress, isEncrypted: false, forwardedFor }, trust(proxies)).address,
      address,
      `${socketAddress} / ${forwardedFor}`,
    );
});

test('whether the client speaks HTTPS is asked of a trusted proxy, else of the connection', () => {
  for (const [socketAddress, isEncrypted, forwardedProto, isHttps] of [
    ['203.0.113.7', false, undefined, false],
    ['203.0.113.7', true, undefined, true],
    ['203.0.113.7', false, 'https', false],
    ['203.0.113.7', true, 'http', true],
    ['127.0.0.1', false, undefined, false],
    ['127.0.0.1', true, undefined, true],
    ['127.0.0.1', false, 'https', true],
    ['127.0.0.1', false, 'HTTPS', true],
    ['127.0.0.1', true, 'http', false],
    ['127.0.0.1', false, 'https, https', true],
    ['127.0.0.1', false, 'https, http', false],
    ['127.0.0.1', false, 'http, https', false],
    ['127.0.0.1', true, '', false],
    ['127.0.0.1', false, 'httpsx', false],
  ] as const)
    assert.equal(
      clientOf({ socketAddress, isEncrypted, forwardedProto }, trust(proxies)).isHttps,
      isHttps,
      `${socketAddress} / ${isEncrypted} / ${forwardedProto}`,
    );
});

test('without trusted proxies no header is believed', () => {
  const arrival = { socketAddress: '127.0.0.1', isEncrypted: false, forwardedFor: '1.2.3.4', forwardedProto: 'https' };
  assert.deepEqual(clientOf(arrival, trust('')), { address: '127.0.0.1', isHttps: false, isRelayed: true });
  const direct = { socketAddress: '127.0.0.1', isEncrypted: false };
  assert.deepEqual(clientOf(direct, trust('')), { address: '127.0.0.1', isHttps: false, isRelayed: false });
});

test('a list of proxies is read whole or refused by the part that is wrong', () => {
  for (const [list, refusal] of [
    ['10.0.0.0/33', { kind: 'not-an-address', text: '10.0.0.0/33' }],
    ['127.0.0.1, localhost', { kind: 'not-an-address', text: 'localhost' }],
    ['10.0.0.0/8/8', { kind: 'not-an-address', text: '10.0.0.0/8/8' }],
    ['10.0.0.0/', { kind: 'not-an-address', text: '10.0.0.0/' }],
    ['::ffff:10.0.0.0/95', { kind: 'not-an-address', text: '::ffff:10.0.0.0/95' }],
    ['0.0.0.0/0', { kind: 'trusts-everyone', text: '0.0.0.0/0' }],
    ['::/0', { kind: 'trusts-everyone', text: '::/0' }],
  ] as const)
    assert.deepEqual(parseTrustedProxies(list), { ok: false, refusal });
});

test('a network written as mapped IPv6 holds the IPv4 addresses', () => {
  const arrival = { socketAddress: '10.1.2.3', isEncrypted: false, forwardedFor: '198.51.100.1' };
  assert.equal(clientOf(arrival, trust('::ffff:10.0.0.0/104')).address, '198.51.100.1');
  assert.equal(clientOf(arrival, trust('::ffff:11.0.0.0/104')).address, '10.1.2.3');
});

test('attempts are counted by IPv4 address and by half of an IPv6 address', () => {
  assert.equal(rateKey('203.0.113.7'), '203.0.113.7');
  assert.equal(rateKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(rateKey('2001:db8:1:2::'), '2001:db8:1:2::/64');
  assert.notEqual(rateKey('2001:db8:1:3::1'), rateKey('2001:db8:1:2::1'));
  assert.equal(rateKey('::1'), '::/64');
  assert.equal(rateKey('unknown'), 'unknown');
});

const seed = Date.now();
test('Node.js reads every address and every network as we do', (t) => {
  t.diagnostic(`seed ${seed}`);
  const byte = fc.integer({ min: 0, max: 255 });
  const sparse = fc.oneof(fc.constant(0), byte);
  const address = fc.oneof(
    fc.array(byte, { minLength: 4, maxLength: 4 }),
    fc.array(sparse, { minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(address, address, fc.nat(128), (first, second, bits) => {
      const text = formatAddress(first);
      assert.equal(isIP(text), first.length === 4 ? 4 : 6, text);
      assert.deepEqual(parseAddress(text), first);
      // RFC 5952 is how the URL standard writes it, too
      if (first.length === 16) assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
      const prefixBits = Math.min(bits, first.length * 8);
      const list = new BlockList();
      list.addSubnet(text, prefixBits, first.length === 4 ? 'ipv4' : 'ipv6');
      const near = [...first.slice(0, -1), second.at(-1)!];
      for (const other of [second, near])
        if (other.length === first.length)
          assert.equal(
            isWithin(other, parseNetwork(`${text}/${prefixBits}`)!),
            list.check(formatAddress(other), other.length === 4 ? 'ipv4' : 'ipv6'),
            `${formatAddress(other)} in ${text}/${prefixBits}`,
          );
    }),
    { seed, numRuns: 5000 },
  );
});

test('of arbitrary text we read what Node.js reads, and no text makes the walk fail', (t) => {
  t.diagnostic(`seed ${seed}`);
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.%[] ,'), maxLength: 45 }),
    fc.string({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(text, (some) => {
      if (!some.includes('%')) assert.equal(parseAddress(some) !== null, isIP(some) !== 0, JSON.stringify(some));
      const { address } = clientOf(
        { socketAddress: '127.0.0.1', isEncrypted: false, forwardedFor: some },
        trust(proxies),
      );
      assert.notEqual(isIP(address), 0);
    }),
    { seed, numRuns: 20_000 },
  );
});
