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
