import { halfValue, parameterShapes, sizeOf, type Parameters } from './network.ts';

/** The parts of an ONNX file that say what a network is; nodes and interface as encoded, weights apart from them. */
export type ModelParts = {
  readonly nodes: readonly Buffer[];
  readonly interface: readonly Buffer[];
  readonly constants: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: number;
    readonly raw: Buffer;
  }[];
};

/** Takes apart a file of the shape that our writer makes (field numbers of `onnx.proto3`). @throws RangeError when cut short. */
export function modelParts(file: Buffer): ModelParts {
  const graph = fieldsOf(file).find((field) => field.number === 7);
  if (graph === undefined) throw new RangeError('no graph in the file');
  const parts = fieldsOf(graph.bytes);
  const bytesOf = (...numbers: number[]): Buffer[] =>
    parts.filter((field) => numbers.includes(field.number)).map((field) => field.bytes);
  return {
    nodes: bytesOf(1),
    interface: bytesOf(11, 12),
    constants: bytesOf(5).map((bytes) => {
      const fields = fieldsOf(bytes);
      return {
        name: fields.find((field) => field.number === 8)!.bytes.toString(),
        shape: fields.filter((field) => field.number === 1).map((field) => field.value),
        type: fields.find((field) => field.number === 2)!.value,
        raw: fields.find((field) => field.number === 9)!.bytes,
      };
    }),
  };
}

/** The parameters of a shipped reader, from its halves. @throws RangeError when a kernel is missing or of another shape. */
export function parametersOf(file: Buffer): Parameters {
  const { constants } = modelParts(file);
  return new Map(
    parameterShapes.map((wanted) => {
      const found = constants.find((constant) => constant.name === `${wanted.name}h`);
      if (found === undefined || found.shape.join() !== wanted.shape.join())
        throw new RangeError(`${wanted.name} is not the kernel of this network`);
      return [
        wanted.name,
        Float32Array.from({ length: sizeOf(wanted) }, (_, at) => halfValue(found.raw.readUInt16LE(at * 2))),
      ];
    }),
  );
}

type Field = { readonly number: number; readonly value: number; readonly bytes: Buffer };

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      if (at >= message.length) throw new RangeError('the file is cut short');
      const byte = message[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag % 8;
    const number = Math.floor(tag / 8);
    if (wire === 0) fields.push({ number, value: varint(), bytes: Buffer.alloc(0) });
    else {
      const length = wire === 2 ? varint() : wire === 5 ? 4 : 8;
      if (at + length > message.length) throw new RangeError('the file is cut short');
      fields.push({ number, value: 0, bytes: message.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}
