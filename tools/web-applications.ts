import { createHash } from 'node:crypto';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { InlineConfig } from 'vite';
import { mantineVariables } from './mantine-variables.ts';

const root = path.join(import.meta.dirname, '..');

/** One set of pages: how it differs from the others. Its sources lie in `web/NAME`, its `index.html` first. */
export type WebApplication = {
  /** Where it lies on the service, with slashes at both ends. */
  readonly base: string;
  readonly jsxFrom: 'preact' | 'react';
  /** Browsers it is written for. */
  readonly target: readonly string[];
  /** What its build wants besides, once per build. */
  readonly settings?: () => Promise<InlineConfig>;
  /** Puts what is no module beside what was built. */
  readonly addFiles?: (builtFolder: string) => Promise<void>;
};

/** Networks and WebAssembly of the face mesh, as their packages ship them. The plain one is for browsers without SIMD. */
const MESH_FILES = [
  '@vladmandic/human/models/blazeface.json',
  '@vladmandic/human/models/blazeface.bin',
  '@vladmandic/human/models/facemesh.json',
  '@vladmandic/human/models/facemesh.bin',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
].map((file) => path.join(root, 'node_modules', file));

/** No page of ours lets code be written, and zod would try. */
const OWN_ZOD = [{ find: /^zod$/, replacement: path.join(root, 'web', 'zod', 'zod.ts') }];

async function meshFolder(): Promise<string> {
  const digest = createHash('sha256');
  for (const file of MESH_FILES) digest.update(await readFile(file));
  return `assets/mesh/${digest.digest('hex').slice(0, 16)}/`;
}

const CAPTURE_BASE = '/capture/';

export const webApplications = {
  /** What an applicant opens from the link; `src/capture/protocol.schema.ts` is what it speaks. */
  capture: {
    base: CAPTURE_BASE,
    jsxFrom: 'preact',
    target: ['es2022', 'safari16', 'chrome100', 'firefox110'],
    settings: async () => ({
      define: { MODELS_FOLDER: JSON.stringify(`${CAPTURE_BASE}${await meshFolder()}`) },
      worker: {
        format: 'es',
        rolldownOptions: {
          output: { entryFileNames: 'assets/mesh/[name]-[hash].js', chunkFileNames: 'assets/mesh/[name]-[hash].js' },
        },
      },
    }),
    async addFiles(builtFolder) {
      const models = path.join(builtFolder, await meshFolder());
      await mkdir(models, { recursive: true });
      for (const file of MESH_FILES) await cp(file, path.join(models, path.basename(file)));
    },
  },
  /** Where operators decide and customers look after their account. */
  panel: {
    base: '/panel/',
    jsxFrom: 'react',
    // Those that know `light-dark()`. A year of ECMAScript beside them would stand for older ones.
    target: ['safari17.5', 'chrome123', 'firefox121'],
    settings: async () => ({
      plugins: [mantineVariables(path.join(root, 'web', 'panel', 'theme.ts'))],
      resolve: { alias: OWN_ZOD },
    }),
  },
  /** Where anybody checks a certificate: the file stays in the browser. */
  verify: {
    base: '/verify/',
    jsxFrom: 'preact',
    target: ['es2022', 'safari16.4', 'chrome103', 'firefox113'],
    settings: async () => ({ resolve: { alias: OWN_ZOD } }),
  },
} as const satisfies Record<string, WebApplication>;

export type WebApplicationName = keyof typeof webApplications;
