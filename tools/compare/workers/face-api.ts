import { createRequire } from 'node:module';
import path from 'node:path';
import { runWorker } from './worker.ts';

// The packages live beside this tool only, so their types may not be installed: the few calls that are used are declared here.
type FaceTensor = { readonly dispose: () => void };
type Detected = { readonly descriptor: Float32Array };
type Net = { readonly loadFromDisk: (folder: string) => Promise<void> };
type FaceApi = {
  readonly nets: Readonly<Record<'ssdMobilenetv1' | 'faceLandmark68Net' | 'faceRecognitionNet', Net>>;
  SsdMobilenetv1Options: new (options: { minConfidence: number }) => object;
  detectSingleFace(
    input: FaceTensor,
    options: object,
  ): {
    withFaceLandmarks(): { withFaceDescriptor(): Promise<Detected | undefined> };
  };
};
type TensorFlow = {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor3d(values: Uint8Array, shape: readonly [number, number, number], type: 'int32'): FaceTensor;
};
type Wasm = { setWasmPaths(folder: string): void };
type Sharp = (file: string) => {
  rotate(): ReturnType<Sharp>;
  flatten(options: { background: string }): ReturnType<Sharp>;
  toColourspace(space: 'srgb'): ReturnType<Sharp>;
  removeAlpha(): ReturnType<Sharp>;
  raw(): ReturnType<Sharp>;
  toBuffer(options: {
    resolveWithObject: true;
  }): Promise<{ data: Uint8Array; info: { width: number; height: number; channels: number } }>;
};

const require = createRequire(import.meta.url);

/** face-api.js as its demonstration for Node sets it up: SSD MobileNet, 68 landmarks, descriptor of 128 numbers, on wasm. */
await runWorker(async () => {
  const tensorFlow = require('@tensorflow/tfjs') as TensorFlow;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as Wasm;
  const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  const sharp = require('sharp') as Sharp;
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  await tensorFlow.setBackend('wasm');
  await tensorFlow.ready();
  const models = path.join(path.dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  for (const net of ['ssdMobilenetv1', 'faceLandmark68Net', 'faceRecognitionNet'] as const)
    await faceApi.nets[net].loadFromDisk(models);
  // The demonstration's own threshold; at the default of 0.5 it finds faces on fewer pictures.
  const options = new faceApi.SsdMobilenetv1Options({ minConfidence: 0.1 });
  return async (file) => {
    const { data, info } = await sharp(file)
      .rotate()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const tensor = tensorFlow.tensor3d(data, [info.height, info.width, info.channels], 'int32');
    const found = await faceApi.detectSingleFace(tensor, options).withFaceLandmarks().withFaceDescriptor();
    tensor.dispose();
    return found === undefined ? null : [...found.descriptor];
  };
});
