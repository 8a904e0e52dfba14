/**
 * Builds the applicant's pages: node tools/build-web.ts [--force]
 *
 * The service calls `ensureWebBuilt` when it starts, so that a fresh clone serves them without a step of its own: they are built when their
 * sources differ from those that what is there was built from, and else taken as they are.
 */
import { createHash } from 'node:crypto';
import { access, constants, cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = path.join(import.meta.dirname, '..');
const entry = path.join(root, 'web', 'capture');

/** Where the pages lie on the service; `src/capture/protocol.schema.ts` says so to everybody. */
const BASE = '/capture/';
const BUILT_FROM = 'built-from.txt';

/** Networks and WebAssembly of the face mesh, as their packages ship them. The plain one is for browsers without SIMD. */
const MESH_FILES = [
  '@vladmandic/human/models/blazeface.json',
  '@vladmandic/human/models/blazeface.bin',
  '@vladmandic/human/models/facemesh.json',
  '@vladmandic/human/models/facemesh.bin',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
].map((file) => path.join(root, 'node_modules', file));

/**
 * The folder with the built pages: `index.html`, and `assets/` whose names carry digests and never change their content.
 * @param cacheFolder where to build when the package itself cannot be written to.
 */
export async function ensureWebBuilt(cacheFolder?: string): Promise<string> {
  const digest = await digestOfSources();
  const places = [path.join(root, 'web', 'dist'), ...(cacheFolder === undefined ? [] : [cacheFolder])];
  for (const place of places)
    if ((await readFile(path.join(place, BUILT_FROM), 'utf8').catch(() => '')) === digest) return place;
  for (const place of places)
    if (await canWrite(path.dirname(place))) {
      await buildInto(place, digest);
      return place;
    }
  throw new Error('the applicant’s pages are not built and there is no folder to build them in');
}

async function canWrite(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true }).catch(() => {});
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Everything that the pages are made of: their own files, the shapes they share with the service, and the packages' versions. */
async function digestOfSources(): Promise<string> {
  const own = await readdir(entry, { recursive: true, withFileTypes: true });
  const files = [
    ...own
      .filter((file) => file.isFile() && !file.name.endsWith('.test.ts'))
      .map((file) => path.join(file.parentPath, file.name)),
    path.join(root, 'src', 'capture', 'protocol.schema.ts'),
    path.join(root, 'tools', 'build-web.ts'),
    path.join(root, 'package.json'),
  ].sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(path.relative(root, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

/** Built beside its place and moved there whole: two services that start at once never see half of it. */
async function buildInto(place: string, digest: string): Promise<void> {
  const beside = `${place}.${process.pid}`;
  const modelsDigest = createHash('sha256');
  for (const file of MESH_FILES) modelsDigest.update(await readFile(file));
  const models = `assets/mesh/${modelsDigest.digest('hex').slice(0, 16)}/`;
  await build({
    configFile: false,
    root: entry,
    base: BASE,
    logLevel: 'error',
    define: { MODELS_FOLDER: JSON.stringify(`${BASE}${models}`) },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    worker: {
      format: 'es',
      rolldownOptions: {
        output: { entryFileNames: 'assets/mesh/[name]-[hash].js', chunkFileNames: 'assets/mesh/[name]-[hash].js' },
      },
    },
    build: {
      outDir: beside,
      emptyOutDir: true,
      manifest: true,
      target: ['es2022', 'safari16', 'chrome100', 'firefox110'],
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
    },
  });
  await mkdir(path.join(beside, models), { recursive: true });
  for (const file of MESH_FILES) await cp(file, path.join(beside, models, path.basename(file)));
  await writeFile(path.join(beside, BUILT_FROM), digest);
  await rm(place, { recursive: true, force: true });
  await rename(beside, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(beside, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY') throw error; // another process was first with the same
  });
}

type ManifestChunk = {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
};

/** What a phone fetches: for the first screen in one language, gzipped; and for the guide, as it is. Bytes. */
export async function webWeight(folder: string): Promise<{ firstScreen: number; guide: number }> {
  const manifest = JSON.parse(await readFile(path.join(folder, '.vite', 'manifest.json'), 'utf8')) as Record<
    string,
    ManifestChunk
  >;
  const wanted = new Set<string>(['index.html']);
  const take = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined || wanted.has(chunk.file)) return;
    wanted.add(chunk.file);
    for (const css of chunk.css ?? []) wanted.add(css);
    for (const imported of chunk.imports ?? []) take(imported);
  };
  for (const [key, { isEntry }] of Object.entries(manifest)) if (isEntry === true) take(key);
  take('text/es.json');
  let firstScreen = 0;
  for (const file of wanted) firstScreen += gzipSync(await readFile(path.join(folder, file))).length;
  let guide = 0;
  const mesh = await readdir(path.join(folder, 'assets', 'mesh'), { recursive: true, withFileTypes: true });
  for (const file of mesh)
    // One of the two WebAssembly files is fetched, as the browser can; the larger is counted.
    if (file.isFile() && file.name !== 'tfjs-backend-wasm.wasm')
      guide += (await readFile(path.join(file.parentPath, file.name))).length;
  return { firstScreen, guide };
}

if (import.meta.main) {
  if (process.argv.includes('--force')) await rm(path.join(root, 'web', 'dist', BUILT_FROM), { force: true });
  const began = performance.now();
  const folder = await ensureWebBuilt();
  const { firstScreen, guide } = await webWeight(folder);
  console.log(`${path.relative(root, folder)}: ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  console.log(`first screen ${(firstScreen / 1000).toFixed(1)} kB gzip; guide ${(guide / 1e6).toFixed(2)} MB`);
}
