import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import test from 'node:test';
import { openPasswords } from './password.client.ts';

test('a password is known again by its hash, also typed with other code points, and no other one is', async () => {
  const passwords = openPasswords();
  const hashed = await passwords.hash('contraseña de Añá');
  assert.ok(hashed.ok);
  assert.match(hashed.value, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  const verify = async (password: string): Promise<unknown> => passwords.verify(password, hashed.value);
  assert.deepEqual(await verify('contraseña de Añá'), { ok: true, value: true });
  assert.deepEqual(await verify('contraseña de Añá'.normalize('NFD')), { ok: true, value: true });
  for (const other of ['contraseña de Aña', 'Contraseña de Añá', 'contraseña de Añá ', ''])
    assert.deepEqual(await verify(other), { ok: true, value: false }, other);
  const again = await passwords.hash('contraseña de Añá');
  assert.notEqual(again.ok && again.value, hashed.value, 'every hash has a salt of its own');
});

test('a hash of another cost, as an earlier version may have made it, is verified at its own', async () => {
  const salt = Buffer.from('0123456789abcdef');
  const digest = argon2Sync('argon2id', {
    message: Buffer.from('otra'),
    nonce: salt,
    parallelism: 2,
    tagLength: 24,
    memory: 64,
    passes: 3,
  });
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  const hash = `$argon2id$v=19$m=64,t=3,p=2$${base64(salt)}$${base64(digest)}`;
  assert.deepEqual(await openPasswords().verify('otra', hash), { ok: true, value: true });
  assert.deepEqual(await openPasswords().verify('otro', hash), { ok: true, value: false });
  await assert.rejects(openPasswords().verify('otra', '$2b$12$abcdefghijklmnopqrstuv'), /cannot be read/);
});

test('nobody has no password, and finding that out takes a hash', async () => {
  const passwords = openPasswords();
  const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    for (let count = 0; count < 5; count += 1) await work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const hashed = await passwords.hash('una frase larga');
  assert.ok(hashed.ok);
  const known = await cpuOf(() => passwords.verify('no es esta', hashed.value));
  const unknown = await cpuOf(async () =>
    assert.deepEqual(await passwords.verify('no es esta', null), { ok: true, value: false }),
  );
  assert.ok(unknown > known / 2 && unknown < known * 2, `${unknown} µs for nobody, ${known} µs for somebody`);
});

test('of five hundred at once a few run and some wait; the others are told to come back, and memory stays', async (t) => {
  const passwords = openPasswords({ atOnce: 2, mostWaiting: 20 });
  const before = process.memoryUsage().rss;
  let most = before;
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  const outcomes = await Promise.all(Array.from({ length: 500 }, () => passwords.verify('x', null)));
  clearInterval(watching);
  assert.equal(outcomes.filter((each) => each.ok).length, 22);
  assert.equal(outcomes.filter((each) => !each.ok && each.refusal.kind === 'busy').length, 478);
  const grownMb = (most - before) / 1e6;
  t.diagnostic(`${grownMb.toFixed(0)} MB more at most`);
  assert.ok(grownMb < 120, `${grownMb} MB more`);
  assert.deepEqual(await passwords.verify('x', null), { ok: true, value: false }, 'and then there is room again');
});
