// The same stories with a minute of guessing instead of a moment.
process.env['COTEJO_TEST_ATTACK_SECONDS'] = '60';
await import('./brute-force.test.ts');
