import { dataType, modelProto, nodeProto, tensorProto, valueInfoProto, type Attribute } from './onnx-writer.ts';

/** Collects the nodes and constants of a graph under fresh names; the converters speak through it. */
export class GraphBuilder {
  readonly #nodes: Buffer[] = [];
  readonly #constants: Buffer[] = [];
  readonly #inputs: Buffer[] = [];
  readonly #outputs: Buffer[] = [];
  #fresh = 0;

  /** Adds an operation and returns the name of its output: `output`, or a fresh one. */
  node(
    operation: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
    output?: string,
  ): string {
    const name = output ?? `t${this.#fresh++}`;
    this.#nodes.push(nodeProto(operation, inputs, [name], attributes));
    return name;
  }

  floats(data: Float32Array | readonly number[], shape: readonly number[], name = `c${this.#fresh++}`): string {
    this.#constants.push(tensorProto(name, shape, dataType.float32, data));
    return name;
  }

  integers(data: readonly number[], shape: readonly number[] = [data.length], name = `c${this.#fresh++}`): string {
    this.#constants.push(tensorProto(name, shape, dataType.int64, data));
    return name;
  }

  input(name: string, shape: readonly (number | string)[]): void {
    this.#inputs.push(valueInfoProto(name, dataType.float32, shape));
  }

  output(name: string, shape: readonly (number | string)[] | null = null): void {
    this.#outputs.push(valueInfoProto(name, dataType.float32, shape));
  }

  /**
   * The runtime's convolutions want channels first, the graphs we read have them last. Each is wrapped in a pair of
   * transposes, which the runtime's optimiser cancels against each other when it opens the model.
   */
  channelsFirst(input: string): string {
    return this.node('Transpose', [input], { perm: [0, 3, 1, 2] });
  }

  channelsLast(input: string, output?: string): string {
    return this.node('Transpose', [input], { perm: [0, 2, 3, 1] }, output);
  }

  finish(producer: string): Buffer {
    return modelProto({
      producer,
      nodes: this.#nodes,
      constants: this.#constants,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }
}
