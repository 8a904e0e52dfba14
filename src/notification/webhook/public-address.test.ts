import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { formatAddress, parseAddress } from '../../http/client-address-notation.ts';
import { isPublicAddress, plainAddress } from './public-address.ts';

const isPublic = (text: string): boolean => isPublicAddress(parseAddress(text)!);

test('hosts that everybody knows are public', () => {
  for (const text of [
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '2606:2800:220:1::1',
    '2a00:1450:4003:80f::200e',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
  ])
    assert.ok(isPublic(text), text);
});

test('the first and the last address of every range that is set aside are not', () => {
  for (const text of [
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.0',
    '127.255.255.255',
    '169.254.0.0',
    '169.254.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.0',
    '192.0.0.255',
    '192.0.2.0',
    '192.88.99.1',
    '192.168.0.0',
    '192.168.255.255',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.0',
    '203.0.113.255',
    '224.0.0.0',
    '239.255.255.255',
    '240.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '64:ff9b::1',
    '64:ff9b:1::1',
    '100::1',
    '1fff::1',
    '2001::1',
    '2001:1ff:ffff::1',
    '2001:db8::1',
    '2002::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'febf::1',
    'fec0::1',
    'ff02::1',
    'ffff::1',
  ])
    assert.ok(!isPublic(text), text);
});

test('nothing is public here that another judge, ipaddr.js, does not call unicast', () => {
  const byte = fc.nat(255);
  const first = fc.oneof(byte, fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 240, 255));
  const ipv4 = fc.tuple(first, byte, byte, byte);
  const group = fc.oneof(
    fc.nat(0xffff),
    fc.constantFrom(0, 0x64, 0xff9b, 0x2001, 0xdb8, 0x2002, 0xfc00, 0xfe80, 0xffff),
  );
  const ipv6 = fc
    .tuple(fc.oneof(group, fc.integer({ min: 0x2000, max: 0x3fff })), group, group, group, group, group, group, group)
    .map((groups) => groups.flatMap((value) => [value >> 8, value & 0xff]));
  let judged = 0;
  let agreed = 0;
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6), (address) => {
      const other = ipaddr.process(formatAddress(address)).range() === 'unicast';
      judged += 1;
      if (isPublicAddress(address)) {
        assert.ok(other, formatAddress(address));
        agreed += 1;
      }
    }),
    { numRuns: 5_000 },
  );
  assert.ok(agreed > judged / 10);
});

test('an address in the clothes of the other family is no plain address', () => {
  for (const text of ['::ffff:93.184.216.34', '::ffff:5db8:d822', 'fe80::1%eth0', '0177.0.0.1', '127.1', '', 'ok.test'])
    assert.equal(plainAddress(text), null, text);
  assert.deepEqual(plainAddress('93.184.216.34'), [93, 184, 216, 34]);
});
