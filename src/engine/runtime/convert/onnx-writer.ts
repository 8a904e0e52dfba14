/**
 * Writes ONNX models: the few protobuf messages of `onnx.proto3` (IR version 8, operator set 13) that our converters and
 * trainers need. Field numbers are those of that file.
 */

export const dataType = { float32: 1, int64: 7, float16: 10 } as const;
export type DataType = (typeof dataType)[keyof typeof dataType];

/** An attribute's value: text, integer, list of integers, or `{ float }`. */
export type Attribute = string | number | readonly number[] | { readonly float: number };

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

function varint(value: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const tag = (field: number, wire: number): Buffer => varint((field << 3) | wire);
const integer = (field: number, value: number): Buffer => Buffer.concat([tag(field, VARINT), varint(value)]);
function message(field: number, body: Uint8Array | string): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([tag(field, LENGTH_DELIMITED), varint(bytes.length), bytes]);
}
function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, FIXED32), bytes]);
}

/** TensorProto: a constant. Integers are stored as int64; float16 as raw halves in a Uint16Array. */
export function tensorProto(
  name: string,
  shape: readonly number[],
  type: DataType,
  data: Float32Array | Uint16Array | readonly number[],
): Buffer {
  const values =
    type === dataType.int64
      ? BigInt64Array.from(Array.from(data, BigInt))
      : Array.isArray(data)
        ? Float32Array.from(data)
        : (data as Float32Array | Uint16Array);
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([...shape.map((size) => integer(1, size)), integer(2, type), message(8, name), message(9, raw)]);
}

function attributeProto(name: string, value: Attribute): Buffer {
  const head = message(1, name);
  if (typeof value === 'string') return Buffer.concat([head, message(4, value), integer(20, 3)]);
  if (typeof value === 'number') return Buffer.concat([head, integer(3, value), integer(20, 2)]);
  if ('float' in value) return Buffer.concat([head, float(2, value.float), integer(20, 1)]);
  return Buffer.concat([head, ...value.map((item) => integer(8, item)), integer(20, 7)]);
}

/** NodeProto: one operation. An empty input name means "not given". */
export const nodeProto = (
  operation: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Buffer =>
  Buffer.concat([
    ...inputs.map((name) => message(1, name)),
    ...outputs.map((name) => message(2, name)),
    message(4, operation),
    ...Object.entries(attributes).map(([name, value]) => message(5, attributeProto(name, value))),
  ]);

/** ValueInfoProto: an input or output of the graph; a size given as text is free, `null` leaves the shape to inference. */
export function valueInfoProto(name: string, type: DataType, shape: readonly (number | string)[] | null): Buffer {
  const sizes = shape?.map((size) => message(1, typeof size === 'string' ? message(2, size) : integer(1, size)));
  const shapeProto = sizes ? message(2, Buffer.concat(sizes)) : Buffer.alloc(0);
  return Buffer.concat([message(1, name), message(2, message(1, Buffer.concat([integer(1, type), shapeProto])))]);
}

/** ModelProto around the parts of a graph. */
export function modelProto(graph: {
  readonly producer: string;
  readonly nodes: readonly Buffer[];
  readonly constants: readonly Buffer[];
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
}): Buffer {
  const body = Buffer.concat([
    ...graph.nodes.map((node) => message(1, node)),
    message(2, 'graph'),
    ...graph.constants.map((constant) => message(5, constant)),
    ...graph.inputs.map((input) => message(11, input)),
    ...graph.outputs.map((output) => message(12, output)),
  ]);
  const operatorSet = Buffer.concat([message(1, ''), integer(2, 13)]);
  return Buffer.concat([integer(1, 8), message(2, graph.producer), message(7, body), message(8, operatorSet)]);
}
