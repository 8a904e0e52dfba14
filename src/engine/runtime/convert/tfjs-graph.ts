import { z } from 'zod';
import { permuteAxes } from './array.ts';
import { GraphBuilder } from './graph-builder.ts';
import { floatsOf, readTfjsWeights, weightsManifestSchema, type Weight } from './tfjs-weights.ts';

const attributeSchema = z.object({
  s: z.string().optional(),
  b: z.boolean().optional(),
  list: z.object({ i: z.array(z.coerce.number()).optional(), s: z.array(z.string()).optional() }).optional(),
  shape: z.object({ dim: z.array(z.object({ size: z.coerce.number() })) }).optional(),
});
const graphSchema = z.object({
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attributeSchema).default({}),
      }),
    ),
  }),
  weightsManifest: weightsManifestSchema,
});
type GraphNode = z.infer<typeof graphSchema>['modelTopology']['node'][number];

/**
 * Turns a TensorFlow.js graph model into ONNX. Only the operations that the graphs we ship use are known; another one is
 * a bug of ours, not of the caller.
 * @param modelJson content of `model.json`; `weights` of its `.bin` files, one after the other.
 * @param extraOutputs nodes that other nodes consume and that are wanted as outputs as well.
 * @throws RangeError on an unknown operation.
 */
export function convertTfjsGraph(modelJson: unknown, weights: Buffer, extraOutputs: readonly string[] = []): Buffer {
  const graph = graphSchema.parse(modelJson);
  const nodes = graph.modelTopology.node;
  const constants = readTfjsWeights(graph.weightsManifest, weights);
  const builder = new GraphBuilder();
  const consumed = new Set(nodes.flatMap((node) => node.input.map(nodeName)));
  for (const node of nodes) {
    if (node.op === 'Const') continue;
    convertNode(builder, node, constants);
    if (node.op !== 'Placeholder' && (!consumed.has(node.name) || extraOutputs.includes(node.name)))
      builder.output(node.name);
  }
  for (const [name, weight] of constants)
    if ('floats' in weight) builder.floats(weight.floats, weight.shape, name);
    else builder.integers(weight.integers, weight.shape, name);
  return builder.finish('tfjs-graph');
}

/** `^` marks a control input, `:0` the first output. */
const nodeName = (input: string): string => input.replace(/^\^/, '').replace(/:0$/, '');
const decoded = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString();

function convertNode(builder: GraphBuilder, node: GraphNode, constants: ReadonlyMap<string, Weight>): void {
  const { name, op } = node;
  const inputs = node.input.filter((input) => !input.startsWith('^')).map(nodeName);
  const first = inputs[0] ?? '';
  const integersAt = (position: number): readonly number[] => {
    const weight = constants.get(inputs[position]!);
    if (weight === undefined || !('integers' in weight)) throw new RangeError(`${name}: operand is not constant`);
    return weight.integers;
  };
  switch (op) {
    case 'Placeholder':
      return builder.input(
        name,
        node.attr['shape']!.shape!.dim.map(({ size }) => (size > 0 ? size : 1)),
      );
    case '_FusedConv2D':
    case 'Conv2D':
    case 'DepthwiseConv2dNative':
      return convolution(builder, node, inputs, constants);
    case 'MaxPool': {
      const kernel = node.attr['ksize']!.list!.i!;
      const pooled = builder.node('MaxPool', [builder.channelsFirst(first)], {
        kernel_shape: [kernel[1]!, kernel[2]!],
        strides: stridesOf(node),
        ...paddingOf(node),
      });
      return void builder.channelsLast(pooled, name);
    }
    case 'Pad': {
      const pairs = integersAt(1); // before and after, axis by axis
      const before = pairs.filter((_, at) => at % 2 === 0);
      const after = pairs.filter((_, at) => at % 2 === 1);
      return void builder.node('Pad', [first, builder.integers([...before, ...after])], { mode: 'constant' }, name);
    }
    case 'Reshape':
      return void builder.node('Reshape', [first, builder.integers(integersAt(1))], {}, name);
    case 'Mean':
      return void builder.node(
        'ReduceMean',
        [first],
        { axes: integersAt(1), keepdims: node.attr['keep_dims']?.b === true ? 1 : 0 },
        name,
      );
    case '_FusedMatMul': {
      const product = builder.node('MatMul', [first, inputs[1]!]);
      const [, activation] = fusedOf(node);
      if (activation === undefined) return void builder.node('Add', [product, inputs[2]!], {}, name);
      return void builder.node(activation, [builder.node('Add', [product, inputs[2]!])], {}, name);
    }
    case 'Prelu':
      return void builder.node('PRelu', inputs, {}, name);
    case 'Softmax':
      return void builder.node('Softmax', [first], { axis: -1 }, name);
  }
  const same = sameMeaning[op];
  if (same === undefined) throw new RangeError(`unknown operation ${op}`);
  builder.node(same, inputs, {}, name);
}

/** Operations that differ by name at most. */
const sameMeaning: Readonly<Record<string, string>> = {
  Add: 'Add',
  AddV2: 'Add',
  Mul: 'Mul',
  Minimum: 'Min',
  Maximum: 'Max',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Identity: 'Identity',
};

const fusedOf = (node: GraphNode): string[] => (node.attr['fused_ops']?.list?.s ?? []).map(decoded);

function stridesOf(node: GraphNode): readonly number[] {
  const strides = node.attr['strides']!.list!.i!;
  return [strides[1]!, strides[2]!];
}

function paddingOf(node: GraphNode): { auto_pad?: string } {
  return decoded(node.attr['padding']?.s) === 'SAME' ? { auto_pad: 'SAME_UPPER' } : {};
}

function convolution(
  builder: GraphBuilder,
  node: GraphNode,
  inputs: readonly string[],
  constants: ReadonlyMap<string, Weight>,
): void {
  const { shape, floats } = floatsOf(constants, inputs[1]!);
  const [height, width, channelsIn, channelsOut] = shape as [number, number, number, number];
  const depthwise = node.op.startsWith('Depthwise');
  const kernel = depthwise
    ? builder.floats(permuteAxes(floats, shape, [2, 3, 0, 1]), [channelsIn * channelsOut, 1, height, width])
    : builder.floats(permuteAxes(floats, shape, [3, 2, 0, 1]), [channelsOut, channelsIn, height, width]);
  const fused = fusedOf(node);
  const rest = inputs.slice(2);
  const bias = fused[0] === 'BiasAdd' ? [rest.shift()!] : [];
  const activation = fused.find((operation) => operation !== 'BiasAdd');
  const convolved = builder.node('Conv', [builder.channelsFirst(inputs[0]!), kernel, ...bias], {
    kernel_shape: [height, width],
    strides: stridesOf(node),
    group: depthwise ? channelsIn : 1,
    ...paddingOf(node),
  });
  if (activation === undefined) builder.channelsLast(convolved, node.name);
  else if (activation === 'Prelu') builder.node('PRelu', [builder.channelsLast(convolved), rest[0]!], {}, node.name);
  else if (activation === 'Relu') builder.channelsLast(builder.node('Relu', [convolved]), node.name);
  else throw new RangeError(`unknown activation ${activation}`);
}
