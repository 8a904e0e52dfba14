// Every story of the ordinary test, and those that take longer.
process.env['COTEJO_TEST_IN_FULL'] = 'yes';
await import('./panel-desk.test.ts');
