import { parameterShapes, sizeOf, type Parameters } from './network.ts';
import type { Chance } from './chance.ts';

/** Normal numbers of deviation √(2 / fan-in) for kernels, zeros for biases (He et al., 2015). */
export function freshParameters(chance: Chance): Map<string, Float32Array> {
  return new Map(
    parameterShapes.map((shape) => [
      shape.name,
      Float32Array.from({ length: sizeOf(shape) }, () =>
        shape.fanIn === 0 ? 0 : normal(chance) * Math.sqrt(2 / shape.fanIn),
      ),
    ]),
  );
}

const normal = (chance: Chance): number =>
  Math.sqrt(-2 * Math.log(chance.unit() + 1e-9)) * Math.cos(2 * Math.PI * chance.unit());

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.99;
const WEIGHT_DECAY = 0.01;
/** Gradients longer than this are shortened to it. */
const LONGEST_GRADIENT = 2;
const LONGEST_MEMORY = 0.998;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), gradients clipped by their joint length, and a running average
 * of the parameters, which is what ships.
 */
export class Optimiser {
  readonly parameters: Map<string, Float32Array>;
  readonly averaged: Map<string, Float32Array>;
  readonly #first: Map<string, Float32Array>;
  readonly #second: Map<string, Float32Array>;
  #steps = 0;

  constructor(start: Parameters) {
    const copy = (): Map<string, Float32Array> => new Map([...start].map(([name, data]) => [name, data.slice()]));
    const zeros = (): Map<string, Float32Array> =>
      new Map([...start].map(([name, data]) => [name, new Float32Array(data.length)]));
    this.parameters = copy();
    this.averaged = copy();
    this.#first = zeros();
    this.#second = zeros();
  }

  /** Moves all parameters against their gradients. @param gradientOf the gradient of a parameter, by its name. */
  step(gradientOf: (name: string) => Float32Array, learningRate: number): void {
    this.#steps++;
    let squares = 0;
    for (const { name } of parameterShapes) for (const value of gradientOf(name)) squares += value * value;
    const clip = Math.min(1, LONGEST_GRADIENT / Math.sqrt(squares));
    const firstScale = 1 / (1 - FIRST_DECAY ** this.#steps);
    const secondScale = 1 / (1 - SECOND_DECAY ** this.#steps);
    const memory = Math.min(LONGEST_MEMORY, 1 - 1 / (1 + this.#steps * 0.1));
    for (const { name, fanIn } of parameterShapes) {
      const gradient = gradientOf(name);
      const parameter = this.parameters.get(name)!;
      const average = this.averaged.get(name)!;
      const first = this.#first.get(name)!;
      const second = this.#second.get(name)!;
      const kept = fanIn === 0 ? 1 : 1 - learningRate * WEIGHT_DECAY;
      for (let i = 0; i < gradient.length; i++) {
        const slope = gradient[i]! * clip;
        first[i] = FIRST_DECAY * first[i]! + (1 - FIRST_DECAY) * slope;
        second[i] = SECOND_DECAY * second[i]! + (1 - SECOND_DECAY) * slope * slope;
        const move = (first[i]! * firstScale) / (Math.sqrt(second[i]! * secondScale) + 1e-7);
        parameter[i] = parameter[i]! * kept - learningRate * move;
        average[i] = average[i]! * memory + parameter[i]! * (1 - memory);
      }
    }
  }
}
