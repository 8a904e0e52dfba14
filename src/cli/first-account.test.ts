import assert from 'node:assert/strict';
import test from 'node:test';
import { listAccounts } from '../access/account.store.ts';
import { secretsFrom } from '../access/secrets.client.ts';
import { openDatabase } from '../storage/database.client.ts';
import { migrate } from '../storage/migrate.client.ts';
import { testPostgres } from '../../tests/counterparts/postgres.ts';
import { firstAccount } from './account.ts';

test('twenty processes that begin on an empty database make one first account', async () => {
  const postgres = await testPostgres();
  const secrets = secretsFrom(new Uint8Array(32));
  const opened = Array.from({ length: 20 }, () => openDatabase(postgres.connection, { connections: 3 }));
  try {
    await migrate(opened[0]!.database, new Date());
    const made = await Promise.all(opened.map(({ database }) => firstAccount({ database, secrets })));
    assert.equal(made.filter((account) => account !== null).length, 1);
    assert.equal((await listAccounts(opened[0]!.database)).length, 1);
  } finally {
    await Promise.all(opened.map(({ close }) => close()));
    await postgres.stop();
  }
});
