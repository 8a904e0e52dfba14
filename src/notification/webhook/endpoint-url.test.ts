import assert from 'node:assert/strict';
import test from 'node:test';
import { parseNetwork } from '../../http/client-address-notation.ts';
import { strictRules } from './egress-rules.ts';
import { parseEndpoint } from './endpoint-url.ts';

const outcomeOf = (text: string, rules = strictRules): unknown => {
  const parsed = parseEndpoint(text, rules);
  return parsed.ok ? parsed.value : parsed.refusal;
};

test('a URL is kept in its one spelling', () => {
  assert.deepEqual(outcomeOf('HTTPS://Empresa.Example:443/Reports/../reports?a=b%20c'), {
    url: 'https://empresa.example/reports?a=b%20c',
    isSecure: true,
    hostName: 'empresa.example',
    port: 443,
    address: null,
  });
  assert.deepEqual(outcomeOf('https://año.example:8443'), {
    url: 'https://xn--ao-zja.example:8443/',
    isSecure: true,
    hostName: 'xn--ao-zja.example',
    port: 8443,
    address: null,
  });
  assert.deepEqual(outcomeOf('https://93.184.216.34/'), {
    url: 'https://93.184.216.34/',
    isSecure: true,
    hostName: '93.184.216.34',
    port: 443,
    address: [93, 184, 216, 34],
  });
});

test('each refusal says what is wrong', () => {
  const refusals = {
    'empresa.example/hook': { kind: 'url-unreadable' },
    'https://empresa.example/a b': { kind: 'url-unreadable' },
    'https://empresa\\.example/': { kind: 'url-unreadable' },
    'https:empresa.example': { kind: 'url-unreadable' },
    [`https://empresa.example/${'a'.repeat(2_048)}`]: { kind: 'url-too-long', mostCharacters: 2_048 },
    'https://user:password@empresa.example/': { kind: 'url-with-credentials' },
    'https://empresa.example/#hook': { kind: 'url-with-fragment' },
    'http://empresa.example/': { kind: 'scheme-refused', scheme: 'http' },
    'FTP://empresa.example/': { kind: 'scheme-refused', scheme: 'ftp' },
    'https://empresa.example:22/': { kind: 'port-refused', port: 22 },
    'https://intranet/': { kind: 'host-refused' },
    'https://empresa.example./': { kind: 'host-refused' },
    'https://0x08080808/': { kind: 'host-refused' },
    'https://[::ffff:8.8.8.8]/': { kind: 'host-refused' },
    'https://10.0.0.1/': { kind: 'address-not-public' },
  };
  for (const [text, refusal] of Object.entries(refusals)) assert.deepEqual(outcomeOf(text), refusal, text);
});

test('what an installer opens is open, and no more', () => {
  const rules = {
    allowsHttp: true,
    ports: [80, 8090],
    internalNetworks: [parseNetwork('10.1.0.0/16')!],
    own: { hostNames: ['cotejo.example'], networks: [parseNetwork('10.1.0.7')!], ports: [8090] },
  };
  const kindOf = (text: string): string => {
    const parsed = parseEndpoint(text, rules);
    return parsed.ok ? 'fine' : parsed.refusal.kind;
  };
  assert.deepEqual(
    [
      'http://10.1.2.3/',
      'http://10.1.2.3:8090/',
      'http://erp/',
      'http://10.2.0.1/',
      'http://10.1.2.3:81/',
      'http://cotejo.example/',
      'http://10.1.0.7/',
      'http://10.1.0.7:8090/',
      'http://127.0.0.1:8090/',
    ].map(kindOf),
    [
      'fine',
      'fine',
      'fine',
      'address-not-public',
      'port-refused',
      'host-is-ours',
      'fine',
      'host-is-ours',
      'host-is-ours',
    ],
  );
});
