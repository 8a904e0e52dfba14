import test from 'node:test';
import { issueMany } from '../../tests/counterparts/issue-many.ts';

// 1,000 of them are issued by `npm run soak`.
test('200 certificates of hostile statements hold before pdfsig, qpdf and openssl, and a flipped byte is found in each', (t) =>
  issueMany(200, t));
