import { CROP_HEIGHT_PX, GAP } from '../../src/engine/document/mrz/line-network.ts';
import {
  dataType,
  modelProto,
  nodeProto,
  tensorProto,
  valueInfoProto,
  type Attribute,
} from '../../src/engine/runtime/convert/onnx-writer.ts';

/** Answers for each step: 37 glyphs, and the gap between two. */
export const CLASSES = GAP + 1;

type Convolution = {
  readonly channels: number;
  /** Height and width of the kernel, and of the padding on either side. */
  readonly kernel: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly isRectified: boolean;
};
type Layer = 'halve' | Convolution;

/**
 * The reader, 180 thousand parameters. `halve` puts each square of 2 × 2 px into one place of four times the channels, so that
 * nothing of the 32 px of height is thrown away before the convolution of 8 × 1 has seen the whole glyph.
 */
const layers: readonly Layer[] = [
  'halve',
  { channels: 20, kernel: [3, 3], padding: [1, 1], isRectified: true },
  { channels: 24, kernel: [3, 3], padding: [1, 1], isRectified: true },
  'halve',
  { channels: 56, kernel: [3, 3], padding: [1, 1], isRectified: true },
  { channels: 56, kernel: [3, 3], padding: [1, 1], isRectified: true },
  { channels: 128, kernel: [8, 1], padding: [0, 0], isRectified: true },
  { channels: 96, kernel: [1, 3], padding: [0, 1], isRectified: true },
  { channels: CLASSES, kernel: [1, 1], padding: [0, 0], isRectified: false },
];

/** `w0`, `b0`, `w1`, …: kernels and biases of the convolutions in order. `fanIn` is 0 for a bias. */
export type ParameterShape = { readonly name: string; readonly shape: readonly number[]; readonly fanIn: number };
export type Parameters = ReadonlyMap<string, Float32Array>;

export const parameterShapes: readonly ParameterShape[] = (() => {
  const shapes: ParameterShape[] = [];
  let channels = 1;
  for (const layer of layers) {
    if (layer === 'halve') {
      channels *= 4;
      continue;
    }
    const at = shapes.length / 2;
    const fanIn = channels * layer.kernel[0] * layer.kernel[1];
    shapes.push({ name: `w${at}`, shape: [layer.channels, channels, ...layer.kernel], fanIn });
    shapes.push({ name: `b${at}`, shape: [layer.channels], fanIn: 0 });
    channels = layer.channels;
  }
  return shapes;
})();

export const sizeOf = ({ shape }: ParameterShape): number => shape.reduce((product, size) => product * size, 1);

/** A layer as it stands in a graph: names of its input and output, and the number of its convolution. */
type Placed =
  | { readonly kind: 'halve'; readonly input: string; readonly output: string }
  | {
      readonly kind: 'convolution';
      readonly at: number;
      readonly layer: Convolution;
      readonly input: string;
      readonly output: string;
    };

/** Adds the layers from `x` on; the last output holds the scores of the classes before normalisation. */
function forward(nodes: Buffer[]): Placed[] {
  const placed: Placed[] = [];
  let input = 'x';
  let convolutions = 0;
  for (const layer of layers) {
    const output = `a${placed.length}`;
    if (layer === 'halve') {
      nodes.push(nodeProto('SpaceToDepth', [input], [output], { blocksize: 2 }));
      placed.push({ kind: 'halve', input, output });
    } else {
      const at = convolutions++;
      const [down, along] = layer.padding;
      const sum = layer.isRectified ? `${output}z` : output;
      nodes.push(
        nodeProto('Conv', [input, `w${at}`, `b${at}`], [sum], {
          kernel_shape: layer.kernel,
          pads: [down, along, down, along],
        }),
      );
      if (layer.isRectified) nodes.push(nodeProto('Relu', [sum], [output]));
      placed.push({ kind: 'convolution', at, layer, input, output });
    }
    input = output;
  }
  return placed;
}

/** The reader as it ships: half-precision weights inside, `x` [n, 1, 32, w] → log-probabilities `y` [n, classes, 1, w / 4]. */
export function inferenceModel(parameters: Parameters): Buffer {
  const constants = parameterShapes.map(({ name, shape }) =>
    tensorProto(`${name}h`, shape, dataType.float16, Uint16Array.from(parameters.get(name)!, halfBits)),
  );
  const nodes = parameterShapes.map(({ name }) => nodeProto('Cast', [`${name}h`], [name], { to: dataType.float32 }));
  const scores = forward(nodes).at(-1)!.output;
  nodes.push(nodeProto('LogSoftmax', [scores], ['y'], { axis: 1 }));
  return modelProto({
    producer: 'ocrb',
    nodes,
    constants,
    inputs: [valueInfoProto('x', dataType.float32, ['n', 1, CROP_HEIGHT_PX, 'w'])],
    outputs: [valueInfoProto('y', dataType.float32, ['n', CLASSES, 1, 'q'])],
  });
}

/**
 * One step of learning as a graph: crops `x`, weighted targets `t` [n, classes, 1, steps] and the weight of each step `m`
 * [n, 1, 1, steps] and all parameters in; the weighted mean cross-entropy `loss` and the gradient `g` + name of each parameter out.
 *
 * The runtime only infers, so the way back is written with forward operations: for Y = conv(X, W), the gradient of X is the
 * transposed convolution of that of Y with W; the gradient of W is the convolution of X with that of Y, batch and channels
 * exchanged; the gradient of the bias is a sum.
 */
export function trainingModel(): Buffer {
  const nodes: Buffer[] = [];
  const placed = forward(nodes);
  const add = (
    operation: string,
    inputs: readonly string[],
    output: string,
    attributes?: Record<string, Attribute>,
  ): string => {
    nodes.push(nodeProto(operation, inputs, [output], attributes));
    return output;
  };
  add('Softmax', [placed.at(-1)!.output], 'p', { axis: 1 });
  add('ReduceSum', ['m'], 'weight', { keepdims: 0 });
  add('Log', [add('Add', ['p', 'tiny'], 'positive')], 'logs');
  add('ReduceSum', [add('Mul', ['logs', 't'], 'hits')], 'sum', { keepdims: 0 });
  add('Neg', [add('Div', ['sum', 'weight'], 'mean')], 'loss');
  // The gradient of cross-entropy behind a softmax is the difference of what was answered and what was wanted.
  let gradient = add('Div', [add('Sub', [add('Mul', ['p', 'm'], 'answered'), 't'], 'difference'), 'weight'], 'd');
  for (const [i, layer] of [...placed.entries()].reverse()) {
    if (layer.kind === 'halve') {
      if (i > 0) gradient = add('DepthToSpace', [gradient], `up${i}`, { blocksize: 2, mode: 'DCR' });
      continue;
    }
    const { at } = layer;
    const [down, along] = layer.layer.padding;
    const pads = [down, along, down, along];
    if (layer.layer.isRectified)
      gradient = add('Mul', [gradient, add('Sign', [layer.output], `on${i}`)], `through${i}`);
    add('ReduceSum', [gradient, 'allButChannels'], `gb${at}`, { keepdims: 0 });
    const exchanged = { perm: [1, 0, 2, 3] };
    add('Transpose', [layer.input], `xt${i}`, exchanged);
    add('Transpose', [gradient], `dt${i}`, exchanged);
    add('Transpose', [add('Conv', [`xt${i}`, `dt${i}`], `gt${i}`, { pads })], `gw${at}`, exchanged);
    if (at > 0)
      gradient = add('ConvTranspose', [gradient, `w${at}`], `dx${i}`, { kernel_shape: layer.layer.kernel, pads });
  }
  return modelProto({
    producer: 'ocrb-training',
    nodes,
    constants: [
      tensorProto('allButChannels', [3], dataType.int64, [0, 2, 3]),
      tensorProto('tiny', [], dataType.float32, [1e-9]),
    ],
    inputs: [
      valueInfoProto('x', dataType.float32, ['n', 1, CROP_HEIGHT_PX, 'w']),
      valueInfoProto('t', dataType.float32, ['n', CLASSES, 1, 'q']),
      valueInfoProto('m', dataType.float32, ['n', 1, 1, 'q']),
      ...parameterShapes.map(({ name, shape }) => valueInfoProto(name, dataType.float32, shape)),
    ],
    outputs: [
      valueInfoProto('loss', dataType.float32, []),
      ...parameterShapes.map(({ name, shape }) => valueInfoProto(`g${name}`, dataType.float32, shape)),
    ],
  });
}

const scratch = new DataView(new ArrayBuffer(4));

/** The bits of the nearest half-precision number (IEEE 754 binary16); beyond its range, infinity. */
export function halfBits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 255) - 112;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent > 0) return sign + ((exponent << 10) | 0) + ((mantissa + 0x1000) >> 13);
  if (exponent < -10) return sign;
  return sign | ((((mantissa | 0x800000) >> (1 - exponent)) + 0x1000) >> 13);
}

export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return exponent === 31 ? sign * Infinity : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
