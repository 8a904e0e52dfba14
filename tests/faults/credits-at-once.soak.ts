// The same story with a hundred rounds.
process.env['COTEJO_TEST_ROUNDS'] = '100';
await import('./credits-at-once.test.ts');
