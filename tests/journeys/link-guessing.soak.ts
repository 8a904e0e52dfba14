// The same stories with a million guesses.
process.env['COTEJO_TEST_LINK_GUESSES'] = '1000000';
await import('./link-guessing.test.ts');
