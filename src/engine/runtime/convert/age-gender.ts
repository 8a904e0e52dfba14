import { permuteAxes } from './array.ts';
import { GraphBuilder } from './graph-builder.ts';
import { floatsOf, readTfjsWeights, weightsManifestSchema } from './tfjs-weights.ts';

/** Means of the training pictures, RGB. */
const MEAN_RGB = [122.782, 117.001, 104.298];
const SAME = { auto_pad: 'SAME_UPPER' };

/**
 * Builds the graph of the small Xception network whose weights `@vladmandic/face-api` ships as `age_gender_model`: the
 * package has them as bare arrays, the layers are in its code.
 * Input `input`: [1, 3, 112, 112], RGB 0 … 255. Outputs: `age` [1, 1] in years, `gender` [1, 2], first = male.
 */
export function buildAgeGenderGraph(manifestJson: unknown, bytes: Buffer): Buffer {
  const weights = readTfjsWeights(weightsManifestSchema.parse(manifestJson), bytes);
  const builder = new GraphBuilder();
  const constant = (name: string): string =>
    builder.floats(floatsOf(weights, name).floats, floatsOf(weights, name).shape);
  const relu = (input: string): string => builder.node('Relu', [input]);

  const convolution = (input: string, layer: string, stride: number): string => {
    const { shape, floats } = floatsOf(weights, `${layer}/filters`);
    const [height, width, channelsIn, channelsOut] = shape as [number, number, number, number];
    const kernel = builder.floats(permuteAxes(floats, shape, [3, 2, 0, 1]), [channelsOut, channelsIn, height, width]);
    return builder.node('Conv', [input, kernel, constant(`${layer}/bias`)], {
      kernel_shape: [height, width],
      strides: [stride, stride],
      ...SAME,
    });
  };
  const separable = (input: string, layer: string): string => {
    const depth = floatsOf(weights, `${layer}/depthwise_filter`);
    const point = floatsOf(weights, `${layer}/pointwise_filter`);
    const [height, width, channels] = depth.shape as [number, number, number];
    const channelsOut = point.shape[3]!;
    const depthKernel = builder.floats(permuteAxes(depth.floats, depth.shape, [2, 3, 0, 1]), [
      channels,
      1,
      height,
      width,
    ]);
    const pointKernel = builder.floats(permuteAxes(point.floats, point.shape, [3, 2, 0, 1]), [
      channelsOut,
      channels,
      1,
      1,
    ]);
    const deep = builder.node('Conv', [input, depthKernel], {
      kernel_shape: [height, width],
      group: channels,
      ...SAME,
    });
    return builder.node('Conv', [deep, pointKernel, constant(`${layer}/bias`)], { kernel_shape: [1, 1] });
  };
  const reduction = (input: string, block: string, activate: boolean): string => {
    const first = separable(activate ? relu(input) : input, `${block}/separable_conv0`);
    const second = separable(relu(first), `${block}/separable_conv1`);
    const pooled = builder.node('MaxPool', [second], { kernel_shape: [3, 3], strides: [2, 2], ...SAME });
    return builder.node('Add', [pooled, convolution(input, `${block}/expansion_conv`, 2)]);
  };
  const mainBlock = (input: string, block: string): string => {
    let inner = input;
    for (const layer of ['separable_conv0', 'separable_conv1', 'separable_conv2'])
      inner = separable(relu(inner), `${block}/${layer}`);
    return builder.node('Add', [inner, input]);
  };
  const dense = (input: string, layer: string, output?: string): string =>
    builder.node(
      'Add',
      [builder.node('MatMul', [input, constant(`${layer}/weights`)]), constant(`${layer}/bias`)],
      {},
      output,
    );

  builder.input('input', [1, 3, 112, 112]);
  const centred = builder.node('Sub', ['input', builder.floats(MEAN_RGB, [1, 3, 1, 1])]);
  let features = builder.node('Div', [centred, builder.floats([255], [])]);
  features = relu(convolution(features, 'entry_flow/conv_in', 2));
  features = reduction(features, 'entry_flow/reduction_block_0', false);
  features = reduction(features, 'entry_flow/reduction_block_1', true);
  const blocks = new Set([...weights.keys()].flatMap((name) => /^middle_flow\/main_block_\d+/.exec(name) ?? []));
  for (const block of blocks) features = mainBlock(features, block);
  features = reduction(features, 'exit_flow/reduction_block', true);
  features = relu(separable(features, 'exit_flow/separable_conv'));
  features = builder.node('ReduceMean', [features], { axes: [2, 3], keepdims: 0 });
  dense(features, 'fc/age', 'age');
  builder.node('Softmax', [dense(features, 'fc/gender')], { axis: -1 }, 'gender');
  builder.output('age', [1, 1]);
  builder.output('gender', [1, 2]);
  return builder.finish('age-gender');
}
