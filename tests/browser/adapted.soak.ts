// Every story of the ordinary test, and those that take longer.
process.env['COTEJO_TEST_IN_FULL'] = 'yes';
await import('./adapted.test.ts');
