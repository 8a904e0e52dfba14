import Human from '@vladmandic/human';
import type { Box } from '../geometry.ts';
import type { FromGuide, ToGuide } from './messages.ts';
import { type Point, lumaAround, signalsOf } from './signals.ts';

/**
 * [Note: The guide's worker]
 * The face mesh runs apart from the page: what it costs never delays a tap or the ring, and only this worker, whose files carry a policy of their
 * own, may compile WebAssembly. It guides and decides nothing: the service measures what is uploaded.
 */
const scope = globalThis as unknown as {
  postMessage(message: FromGuide): void;
  addEventListener(kind: 'message', listener: (event: { readonly data: ToGuide }) => void): void;
};

let human: Human | null = null;

scope.addEventListener('message', ({ data }) => {
  const answer = data.is === 'begin' ? begin(data.modelsFolder) : look(data);
  answer.then(
    (message) => scope.postMessage(message),
    () => scope.postMessage({ is: 'failed' }),
  );
});

async function begin(modelsFolder: string): Promise<FromGuide> {
  const off = { enabled: false };
  const opened = new Human({
    backend: 'wasm',
    modelBasePath: modelsFolder,
    wasmPath: modelsFolder,
    wasmPlatformFetch: false,
    debug: false,
    async: true,
    cacheSensitivity: 0,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { rotation: false, maxDetected: 2, return: false },
      mesh: { enabled: true },
      attention: off,
      iris: off,
      emotion: off,
      description: off,
      antispoof: off,
      liveness: off,
    },
  });
  await opened.load();
  human = opened;
  return { is: 'ready' };
}

async function look({ width, height, rgba }: Extract<ToGuide, { is: 'look' }>): Promise<FromGuide> {
  if (human === null) return { is: 'failed' };
  const pixels = new Uint8ClampedArray(rgba);
  const { tf } = human;
  const input = tf.tidy(() =>
    tf.expandDims(
      tf.slice(tf.tensor3d(Uint8Array.from(pixels), [height, width, 4], 'int32'), [0, 0, 0], [-1, -1, 3]),
      0,
    ),
  );
  // The tensors of its own declarations and of its detector are of two sources.
  const { face: found } = await human.detect(input as unknown as Parameters<Human['detect']>[0]);
  tf.dispose(input);
  const faces = found
    .filter(({ score }) => score > 0.4)
    .map(({ box: [x, y, w, h] }): Box => ({ x: x / width, y: y / height, width: w / width, height: h / height }));
  const mesh = found[0]?.mesh;
  const signals =
    faces.length === 0 || mesh === undefined || mesh.length < 468 ? null : signalsOf(mesh as Point[], height);
  const { inside, outside } = lumaAround(pixels, width, height, faces[0] ?? null);
  return {
    is: 'seen',
    seen: { faces, asymmetry: signals?.asymmetry ?? 0, faceLuma: inside, aroundLuma: outside },
    signals,
  };
}
