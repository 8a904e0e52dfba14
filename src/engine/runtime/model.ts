import type { Tensor } from '../image/tensor.ts';

export type { Tensor };

/** The networks the engine knows. What each one is and where its weights come from: `manifest.ts`. */
export type ModelName =
  | 'face-detector'
  | 'face-mesh'
  | 'face-embedder-a'
  | 'face-embedder-b'
  | 'face-sex'
  | 'face-age'
  | 'pad-rgb'
  | 'text-detector'
  | 'text-recogniser'
  | 'ocrb-reader';

/** An open network. It takes one input tensor and gives every output by its name in the graph. */
export type Model = {
  readonly name: ModelName;
  /** `name@sha256:…` (12 hex digits) of the weights as shipped in their package: what findings cite. */
  readonly cite: string;
  run(input: Tensor): Promise<Readonly<Record<string, Tensor>>>;
  /**
   * As `run`, on an input of that shape, all of which `write` writes: into memory of the run before, which is free of cost where fresh
   * memory has to be cleared by the system and collected again, for a network that runs on every frame.
   */
  runOn(shape: readonly number[], write: (data: Float32Array) => void): Promise<Readonly<Record<string, Tensor>>>;
};

/** Opens networks on first use and keeps them open; each `run` adds to `inferenceMs`. */
export type Models = {
  open(name: ModelName): Promise<Model>;
  /** Milliseconds spent inside inference so far, by model; exact as long as one runs at a time. */
  readonly inferenceMs: ReadonlyMap<ModelName, number>;
};
