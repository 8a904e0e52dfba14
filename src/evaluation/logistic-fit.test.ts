import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, type Random } from '../kernel/random.ts';
import { fitLogistic, logOdds, type Example } from './logistic-fit.ts';

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function drawn(count: number, share: number, random: Random): Example[] {
  return Array.from({ length: count }, (_, i) => {
    const isPositive = random() < share;
    const centre = isPositive ? 1 : -1;
    // The first input tells, the second tells the same less surely on another scale, the third is noise.
    const inputs = [centre + normal(random), 50 + 10 * (centre + 2 * normal(random)), normal(random)];
    return { inputs, isPositive, person: `p${i % 60}` };
  });
}

test('a fit finds what tells, on whatever scale, and balances the classes', () => {
  const random = seededRandom(3);
  const fit = fitLogistic(drawn(4000, 0.15, random));
  const [tells, alsoTells, noise] = fit.weights as [number, number, number];
  assert.ok(tells > 1.4 && tells < 2.2, `${tells}`);
  assert.ok(alsoTells > 0.02 && alsoTells < 0.07, `${alsoTells}`);
  assert.ok(Math.abs(noise) < 0.15, `${noise}`);
  const unseen = drawn(4000, 0.5, random);
  const right = unseen.filter((one) => logOdds(fit, one.inputs) > 0 === one.isPositive).length;
  assert.ok(right / unseen.length > 0.85);
  const yes = unseen.filter((one) => logOdds(fit, one.inputs) > 0).length / unseen.length;
  assert.ok(Math.abs(yes - 0.5) < 0.04, 'a rare class is not shouted down');
});

test('a person photographed a thousand times does not decide alone', () => {
  const random = seededRandom(4);
  const many = Array.from({ length: 1000 }, (): Example => ({
    inputs: [3, normal(random)],
    isPositive: false,
    person: 'one',
  }));
  const plain = fitLogistic(
    drawn(1000, 0.5, random).map(({ inputs, ...rest }) => ({ ...rest, inputs: inputs.slice(0, 2) })),
  );
  const swamped = fitLogistic([
    ...drawn(1000, 0.5, random).map(({ inputs, ...rest }) => ({ ...rest, inputs: inputs.slice(0, 2) })),
    ...many,
  ]);
  assert.ok(plain.weights[0]! > 0 && swamped.weights[0]! > 0);
});

test('classes that a plane parts still end in finite weights', () => {
  const parted = Array.from({ length: 40 }, (_, i): Example => ({ inputs: [i], isPositive: i >= 20, person: `p${i}` }));
  const fit = fitLogistic(parted);
  assert.ok(Number.isFinite(fit.offset) && fit.weights[0]! > 0);
});
