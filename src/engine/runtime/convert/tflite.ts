import { floatsFromBytes, floatsFromHalves, integersFromBytes, permuteAxes } from './array.ts';
import { GraphBuilder } from './graph-builder.ts';

/** What is read of a `.tflite` file: a FlatBuffer after `schema.fbs` of TensorFlow Lite. */
type TfliteModel = {
  readonly tensors: readonly { readonly shape: readonly number[]; readonly type: number; readonly data: Buffer }[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
};
type TfliteOperator = {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The option in slot `slot` of the operator's own table, or its default. */
  int8(slot: number, otherwise?: number): number;
  int32(slot: number, otherwise?: number): number;
};

/** `BuiltinOperator` of `schema.fbs`. */
const operation = { add: 0, conv2d: 3, depthwiseConv2d: 4, mul: 18, relu: 19, reshape: 22, sub: 41, abs: 101 } as const;
/** `TensorType` of `schema.fbs`. */
const tensorType = { float32: 0, float16: 1, int32: 2 } as const;
/** `ActivationFunctionType` of `schema.fbs`. */
const activation = { none: 0, relu: 1 } as const;

function readTflite(bytes: Buffer): TfliteModel {
  const follow = (at: number): number => at + bytes.readUInt32LE(at);
  const slotOf = (table: number, slot: number): number => {
    const vtable = table - bytes.readInt32LE(table);
    const position = 4 + 2 * slot;
    const offset = position < bytes.readUInt16LE(vtable) ? bytes.readUInt16LE(vtable + position) : 0;
    return offset === 0 ? 0 : table + offset;
  };
  const vectorOf = (table: number, slot: number): { start: number; length: number } => {
    const at = slotOf(table, slot);
    if (at === 0) return { start: 0, length: 0 };
    const vector = follow(at);
    return { start: vector + 4, length: bytes.readUInt32LE(vector) };
  };
  const tablesOf = (table: number, slot: number): number[] => {
    const { start, length } = vectorOf(table, slot);
    return Array.from({ length }, (_, at) => follow(start + 4 * at));
  };
  const integersOf = (table: number, slot: number): number[] => {
    const { start, length } = vectorOf(table, slot);
    return Array.from({ length }, (_, at) => bytes.readInt32LE(start + 4 * at));
  };
  const int8At = (table: number, slot: number, otherwise = 0): number => {
    const at = table === 0 ? 0 : slotOf(table, slot);
    return at === 0 ? otherwise : bytes.readInt8(at);
  };
  const int32At = (table: number, slot: number, otherwise = 0): number => {
    const at = table === 0 ? 0 : slotOf(table, slot);
    return at === 0 ? otherwise : bytes.readInt32LE(at);
  };
  const root = follow(0);
  const codes = tablesOf(root, 1).map((code) => Math.max(int8At(code, 0), int32At(code, 3)));
  const buffers = tablesOf(root, 4).map((table) => {
    const { start, length } = vectorOf(table, 0);
    return bytes.subarray(start, start + length);
  });
  const graph = tablesOf(root, 2)[0]!;
  return {
    tensors: tablesOf(graph, 0).map((tensor) => ({
      shape: integersOf(tensor, 0),
      type: int8At(tensor, 1),
      data: buffers[int32At(tensor, 2)] ?? Buffer.alloc(0),
    })),
    operators: tablesOf(graph, 3).map((table) => {
      const optionsAt = slotOf(table, 4);
      const options = optionsAt === 0 ? 0 : follow(optionsAt);
      return {
        code: codes[int32At(table, 0)]!,
        inputs: integersOf(table, 1),
        outputs: integersOf(table, 2),
        int8: (slot, otherwise) => int8At(options, slot, otherwise),
        int32: (slot, otherwise) => int32At(options, slot, otherwise),
      };
    }),
    inputs: integersOf(graph, 1),
    outputs: integersOf(graph, 2),
  };
}

/**
 * Turns a `.tflite` file with float weights into ONNX, its batch size made free. Only the operations that the network we
 * ship uses are known. Tensors are named `T` and their index.
 * @throws RangeError on an unknown operation or tensor type.
 */
export function convertTflite(bytes: Buffer): Buffer {
  const model = readTflite(bytes);
  const builder = new GraphBuilder();
  const nameOf = (tensor: number): string => `T${tensor}`;
  const floatsAt = (tensor: number): Float32Array => {
    const { type, data } = model.tensors[tensor]!;
    if (type === tensorType.float32) return floatsFromBytes(data);
    if (type === tensorType.float16) return floatsFromHalves(data);
    throw new RangeError(`tensor ${tensor} holds no floats`);
  };
  const written = new Set<number>();
  const operand = (tensor: number): string => {
    const { data, shape } = model.tensors[tensor]!;
    if (data.length > 0 && !written.has(tensor)) {
      written.add(tensor);
      builder.floats(floatsAt(tensor), shape, nameOf(tensor));
    }
    return nameOf(tensor);
  };
  const activated = (code: number, input: string, output: string): void => {
    if (code === activation.none) builder.node('Identity', [input], {}, output);
    else if (code === activation.relu) builder.node('Relu', [input], {}, output);
    else throw new RangeError(`unknown activation ${code}`);
  };
  for (const tensor of model.inputs) builder.input(nameOf(tensor), ['batch', ...model.tensors[tensor]!.shape.slice(1)]);
  for (const operator of model.operators) {
    const [first, second, third] = operator.inputs as [number, number, number];
    const output = nameOf(operator.outputs[0]!);
    switch (operator.code) {
      case operation.add:
        activated(operator.int8(0), builder.node('Add', [operand(first), operand(second)]), output);
        break;
      case operation.mul:
        activated(operator.int8(0), builder.node('Mul', [operand(first), operand(second)]), output);
        break;
      case operation.sub:
        activated(operator.int8(0), builder.node('Sub', [operand(first), operand(second)]), output);
        break;
      case operation.relu:
        builder.node('Relu', [operand(first)], {}, output);
        break;
      case operation.abs:
        builder.node('Abs', [operand(first)], {}, output);
        break;
      case operation.reshape: {
        const [, ...sizes] = integersFromBytes(model.tensors[second]!.data);
        builder.node('Reshape', [operand(first), builder.integers([-1, ...sizes])], {}, output);
        break;
      }
      case operation.conv2d:
      case operation.depthwiseConv2d: {
        const depthwise = operator.code === operation.depthwiseConv2d;
        const { shape } = model.tensors[second]!;
        const [out, height, width, channels] = shape as [number, number, number, number];
        const kernel = depthwise
          ? builder.floats(permuteAxes(floatsAt(second), shape, [3, 0, 1, 2]), [channels, 1, height, width])
          : builder.floats(permuteAxes(floatsAt(second), shape, [0, 3, 1, 2]), [out, channels, height, width]);
        const bias = third >= 0 ? [operand(third)] : [];
        const convolved = builder.node('Conv', [builder.channelsFirst(operand(first)), kernel, ...bias], {
          kernel_shape: [height, width],
          strides: [operator.int32(2, 1), operator.int32(1, 1)],
          group: depthwise ? channels : 1,
          ...(operator.int8(0) === 0 ? { auto_pad: 'SAME_UPPER' } : {}),
        });
        activated(operator.int8(depthwise ? 4 : 3), builder.channelsLast(convolved), output);
        break;
      }
      default:
        throw new RangeError(`unknown operation ${operator.code}`);
    }
  }
  for (const tensor of model.outputs) builder.output(nameOf(tensor));
  return builder.finish('tflite');
}
