// The same story with thirty captures.
process.env['COTEJO_TEST_CAPTURES'] = '30';
await import('./capture-kills.test.ts');
