import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import test, { after } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { exampleFacts, plainPicture, withPictures } from '../../tests/counterparts/certificate-facts.ts';
import { openCertificateAuthority } from '../../tests/counterparts/pki.ts';
import { childrenOf } from '../../tests/counterparts/postgres-own.ts';
import { sealingWith, signerUnder } from '../../tests/counterparts/sealing.ts';
import { startTsa } from '../../tests/counterparts/tsa.ts';
import { compileStatement } from './compile-statement.ts';
import { type Maker, type MakerLimits, makerLimits, makerProcess } from './maker.client.ts';
import type { Sealing } from './pades.client.ts';
import { verifyCertificate } from './verify.client.ts';

const now = new Date('2026-11-25T10:07:31Z');
const clock = (): Date => now;
const authority = openCertificateAuthority('Firmas de Ejemplo', new Date('2025-01-01'), new Date('2045-01-01'));
const period = { notBefore: new Date('2026-01-01'), notAfter: new Date('2029-01-01') };
const issued = authority.issue({ commonName: 'Firma', profile: 'signer', ...period });
const tsa = await startTsa({ clock });
after(() => tsa.close());
const sealing = sealingWith(signerUnder(authority, issued), [tsa], clock);
const anchors = [authority.root, tsa.authority.root];
const { facts, pictures } = await withPictures(exampleFacts(now), { front: await plainPicture(400, 252, 200) });
const layout = { statement: compileStatement(facts), pictures, logo: null };
const others = new Set(childrenOf(process.pid));
const makers = (): number[] => childrenOf(process.pid).filter((pid) => !others.has(pid));
const counterpart = (name: string): string =>
  fileURLToPath(new URL(`../../tests/counterparts/${name}.process.ts`, import.meta.url));

async function withMaker(
  use: (maker: Maker) => Promise<void>,
  { with: own = sealing, program, ...limits }: Partial<MakerLimits> & { with?: Sealing; program?: string } = {},
): Promise<void> {
  const maker = makerProcess(own, { ...makerLimits, niceness: 0, ...limits }, program);
  try {
    await use(maker);
  } finally {
    await maker.close();
  }
  assert.deepEqual(makers(), [], 'nothing is left running');
}

async function assertHolds(pdf: Uint8Array): Promise<void> {
  const { faults, notes } = await verifyCertificate(pdf, { anchors, now });
  assert.deepEqual([faults, notes.map(({ note }) => note)], [[], ['demonstration']]);
}

test('a certificate that a process of its own makes holds, and so does the one that it renews; it yields to others', () =>
  withMaker(async (maker) => {
    const made = await maker.make(layout);
    assert.ok(made.ok);
    await assertHolds(made.value.pdf);
    assert.deepEqual(
      makers().map((pid) => getPriority(pid)),
      [getPriority() + makerLimits.niceness],
    );
    const renewed = await maker.renew(made.value.pdf);
    assert.ok(renewed.ok);
    await assertHolds(renewed.value.pdf);
    assert.deepEqual(renewed.value.pdf.subarray(0, made.value.pdf.byteLength), made.value.pdf);
    assert.equal(makers().length, 1);
  }, makerLimits));

test('it is handed no key and no secret, and signs once a certificate', async () => {
  process.env['COTEJO_SIGNER_PASSWORD'] = 'a password';
  try {
    await withMaker(
      async (maker) => {
        const told = await maker.make(layout).catch((error: Error) => error.message);
        const { answers, handed } = JSON.parse(String(told).replace(/^[^{]+/, '')) as Record<string, unknown>;
        assert.deepEqual(answers, ['signed', 'a certificate is signed once', 'a certificate is signed once']);
        assert.deepEqual(handed, {
          signer: ['algorithm', 'certificate', 'chain', 'isDemonstration', 'name'],
          environment: ['NODE_ENV', 'PATH'],
        });
      },
      { program: counterpart('greedy-maker') },
    );
  } finally {
    delete process.env['COTEJO_SIGNER_PASSWORD'];
  }
});

test('while nobody stamps it says so, and goes on', () =>
  withMaker(async (maker) => {
    tsa.behave('down');
    const refused = await maker.make(layout);
    tsa.behave('stamp');
    assert.deepEqual(!refused.ok && refused.refusal, {
      kind: 'no-time-stamp',
      attempts: [{ authority: new URL(tsa.url).host, fault: 'no-answer' }],
    });
    assert.ok((await maker.make(layout)).ok);
  }));

test('one that ends in the middle of it fails what it has in hand and nothing else: the next certificate begins another one', () =>
  withMaker(async (maker) => {
    tsa.behave('slow');
    const inHand = [maker.make(layout), maker.make(layout)];
    for (const asked = tsa.queries(); tsa.queries() < asked + 2;) await delay(20);
    for (const pid of makers()) process.kill(pid, 'SIGKILL');
    assert.deepEqual(await Promise.all(inHand), [
      { ok: false, refusal: { kind: 'maker-failed', detail: 'died' } },
      { ok: false, refusal: { kind: 'maker-failed', detail: 'died' } },
    ]);
    tsa.behave('stamp');
    const made = await maker.make(layout);
    assert.ok(made.ok);
    await assertHolds(made.value.pdf);
  }));

test('one that owes something and says nothing is ended', () =>
  withMaker(
    async (maker) => {
      const refused = await Promise.all([maker.make(layout), maker.make(layout)]);
      assert.deepEqual(
        refused.map((one) => !one.ok && one.refusal),
        [
          { kind: 'maker-failed', detail: 'timed-out' },
          { kind: 'maker-failed', detail: 'timed-out' },
        ],
      );
      while (makers().length > 0) await delay(20);
    },
    { program: counterpart('silent-maker'), silenceMs: 300 },
  ));

test('while it waits for an answer the silence is not its own', async () => {
  const { signer } = sealing;
  const sign = async (bytes: Uint8Array<ArrayBuffer>) => (await delay(2_000), signer.key.sign(bytes));
  await withMaker((maker) => assert.rejects(maker.make(layout), /"signed"/), {
    with: { ...sealing, signer: { ...signer, key: { ...signer.key, sign } } },
    program: counterpart('greedy-maker'),
    silenceMs: 1_500,
  });
});

test('what throws in it throws here, and what else it has in hand is made', () =>
  withMaker(async (maker) => {
    const broken = { ...layout, pictures: [{ name: 'front' as const, jpeg: Buffer.from('no picture') }] };
    const [threw, made] = await Promise.allSettled([maker.make(broken), maker.make(layout)]);
    assert.match(String(threw.status === 'rejected' && threw.reason), /Unknown image format/);
    assert.ok(made.status === 'fulfilled' && made.value.ok);
  }));

test('no more are in hand than may be; what has had nothing to do is let go of, and begun again', async () => {
  let [within, most] = [0, 0];
  const counting: Sealing = {
    ...sealing,
    async stamp(imprint) {
      most = Math.max(most, ++within);
      await delay(100);
      within -= 1;
      return sealing.stamp(imprint);
    },
  };
  await withMaker(
    async (maker) => {
      const made = await Promise.all(Array.from({ length: 5 }, () => maker.make(layout)));
      assert.ok(made.every(({ ok }) => ok));
      assert.equal(most, 2);
      const [first] = makers();
      while (makers().length > 0) await delay(20);
      assert.ok((await maker.make(layout)).ok);
      assert.notEqual(makers()[0], first);
    },
    { with: counting, mostInHand: 2, idleMs: 100 },
  );
});
