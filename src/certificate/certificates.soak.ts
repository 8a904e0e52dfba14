import test from 'node:test';
import { issueMany } from '../../tests/counterparts/issue-many.ts';

test('1,000 certificates of hostile statements hold before pdfsig, qpdf and openssl, and a flipped byte is found in each', (t) =>
  issueMany(1000, t));
