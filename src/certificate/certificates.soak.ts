import test from 'node:test';
import { issueMany } from '../../tests/counterparts/issue-many.ts';

for (const count of [200, 1000])
  test(`${count} certificates of hostile statements hold before pdfsig, qpdf and openssl, and a flipped byte is found in each`, (t) =>
    issueMany(count, t));
