import assert from 'node:assert/strict';
import test from 'node:test';
import { parseConfig } from './config.ts';

const s3 = {
  COTEJO_EVIDENCE_S3_ENDPOINT: 'https://s3.example.com/evidence',
  COTEJO_EVIDENCE_S3_KEY_ID: 'key',
  COTEJO_EVIDENCE_S3_SECRET: 'secret',
};

function problems(environment: Record<string, string>): readonly string[] {
  const parsed = parseConfig(environment);
  return parsed.ok ? [] : parsed.refusal.problems;
}

test('evidence lies in the data folder unless a bucket is named whole', () => {
  const plain = parseConfig({});
  assert.ok(plain.ok && plain.value.evidenceS3 === null);
  const named = parseConfig({ ...s3, COTEJO_EVIDENCE_S3_REGION: 'eu-south-2' });
  assert.ok(named.ok);
  assert.deepEqual(named.value.evidenceS3, {
    endpoint: 'https://s3.example.com/evidence',
    region: 'eu-south-2',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
  });
  for (const missing of Object.keys(s3)) {
    const [problem, ...others] = problems({ ...s3, [missing]: '' });
    assert.match(problem!, /go together: one of them is missing/, missing);
    assert.deepEqual(others, []);
  }
});

test('an address that is not that of a bucket is named, and its secret is not', () => {
  for (const endpoint of [
    'https://s3.example.com',
    'https://s3.example.com/',
    'https://s3.example.com/a/b',
    'ftp://s3.example.com/evidence',
    's3.example.com/evidence',
    'https://user:hidden@s3.example.com/evidence',
    'https://s3.example.com/evidence?x=1',
  ]) {
    const found = problems({ ...s3, COTEJO_EVIDENCE_S3_ENDPOINT: endpoint });
    assert.ok(found.length === 1 && found[0]!.startsWith('COTEJO_EVIDENCE_S3_ENDPOINT: '), endpoint);
    assert.doesNotMatch(found.join(), /hidden|secret/);
  }
  const inProduction = { ...s3, COTEJO_PRODUCTION: 'true', COTEJO_EVIDENCE_S3_ENDPOINT: 'http://s3.local/evidence' };
  assert.ok(problems(inProduction).includes('COTEJO_EVIDENCE_S3_ENDPOINT: production needs an https address'));
});

test('production wants keys of one’s own for certificates, and says which settings are missing', () => {
  const bare = problems({ COTEJO_PRODUCTION: 'true' });
  for (const name of ['COTEJO_SIGNER_FILE', 'COTEJO_TSA'])
    assert.ok(
      bare.some((problem) => problem.startsWith(`${name}: the demonstration keys prove nothing`)),
      name,
    );
  const own = { COTEJO_PRODUCTION: 'true', COTEJO_SIGNER_FILE: 'keys.p12', COTEJO_TSA: 'http://tsa.example.com' };
  assert.deepEqual(
    problems(own).filter((problem) => /SIGNER|TSA/.test(problem)),
    [],
  );
  const inTheClear = { ...own, COTEJO_TSA: '[{"url":"http://tsa.example.com","user":"me","password":"hidden"}]' };
  assert.ok(problems(inTheClear).includes('COTEJO_TSA: a password is sent over https only'));
});

test('time-stamping authorities are addresses in their order, or objects with what they want to know', () => {
  const timeStampers = (given: string) => {
    const parsed = parseConfig({ COTEJO_TSA: given });
    assert.ok(parsed.ok, JSON.stringify(parsed));
    return parsed.value.timeStampers;
  };
  assert.deepEqual(timeStampers(''), []);
  assert.deepEqual(timeStampers('https://one.example/tsa, http://two.example'), [
    { url: 'https://one.example/tsa' },
    { url: 'http://two.example' },
  ]);
  const full = { url: 'https://one.example/tsa', user: 'me', password: 'x', policy: '1.3.6.1.4.1.99999.1' };
  assert.deepEqual(timeStampers(JSON.stringify([full])), [full]);
  const listed = parseConfig({}, { COTEJO_TSA: ['https://one.example', full] });
  assert.deepEqual(listed.ok && listed.value.timeStampers, [{ url: 'https://one.example' }, full]);
  for (const wrong of ['one.example', 'ftp://one.example', '[{]', '[{"url":"https://a.example","policy":"mine"}]'])
    assert.match(problems({ COTEJO_TSA: wrong })[0] ?? '', /^COTEJO_TSA/, wrong);
});

test('a provider to sign in by is named whole or not at all, and by https', () => {
  const all = {
    COTEJO_OIDC_ISSUER: 'https://id.example.com/realms/staff',
    COTEJO_OIDC_CLIENT_ID: 'cotejo',
    COTEJO_OIDC_CLIENT_SECRET: 'a secret',
  };
  const named = parseConfig(all);
  assert.ok(named.ok);
  assert.deepEqual(named.value.singleSignOn, {
    issuer: all.COTEJO_OIDC_ISSUER,
    clientId: 'cotejo',
    clientSecret: 'a secret',
    label: 'OpenID',
  });
  const { COTEJO_OIDC_CLIENT_SECRET: _secret, ...half } = all;
  assert.equal(parseConfig(half).ok, false);
  for (const issuer of ['http://id.example.com', 'http://localhost.evil.example', 'ftp://id.example.com', 'id'])
    assert.equal(parseConfig({ ...all, COTEJO_OIDC_ISSUER: issuer }).ok, false, issuer);
  assert.equal(parseConfig({ ...all, COTEJO_OIDC_ISSUER: 'http://127.0.0.1:9000' }).ok, true);
});
