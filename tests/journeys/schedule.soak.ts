// The same stories with two thousand requests instead of three hundred.
process.env['COTEJO_TEST_SCHEDULES'] = '2000';
await import('./schedule.test.ts');
