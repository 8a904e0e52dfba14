/**
 * Builds the pages: node tools/build-web.ts [--force] [NAME …]
 *
 * The service calls `ensureWebBuilt` when it starts, so that a fresh clone serves them without a step of its own: they are built when their
 * sources differ from those that what is there was built from, and else taken as they are.
 */
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type InlineConfig, build } from 'vite';
import { type WebApplication, type WebApplicationName, webApplications } from './web-applications.ts';

const root = path.join(import.meta.dirname, '..');
const BUILT_FROM = 'built-from.txt';

/**
 * The folder with the built pages: `index.html`, and `assets/` whose names carry digests and never change their content.
 * @param cacheFolder where to build when the package itself cannot be written to.
 */
export async function ensureWebBuilt(name: WebApplicationName, cacheFolder?: string): Promise<string> {
  const digest = await digestOfSources(name);
  const folders = [path.join(root, 'web', 'dist'), ...(cacheFolder === undefined ? [] : [cacheFolder])];
  const places = folders.map((folder) => path.join(folder, name));
  for (const place of places)
    if ((await readFile(path.join(place, BUILT_FROM), 'utf8').catch(() => '')) === digest) return place;
  for (const place of places)
    if (await canWrite(path.dirname(place))) {
      await buildInto(place, name, digest);
      return place;
    }
  throw new Error(`the pages of ${name} are not built and there is no folder to build them in`);
}

async function canWrite(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true }).catch(() => {});
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Everything that the pages are made of: their own files, what they import of the service, how they are built, and the packages' versions. */
async function digestOfSources(name: WebApplicationName): Promise<string> {
  const entry = path.join(root, 'web', name);
  const own = await readdir(entry, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  const take = async (file: string): Promise<void> => {
    if (files.has(file)) return;
    const bytes = await readFile(file);
    files.set(file, bytes);
    if (!/\.tsx?$/.test(file)) return;
    for (const [, specifier] of bytes.toString().matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      const imported = path.join(path.dirname(file), specifier!);
      if (!imported.startsWith(entry + path.sep)) await take(imported);
    }
  };
  for (const file of own)
    if (file.isFile() && !file.name.endsWith('.test.ts')) await take(path.join(file.parentPath, file.name));
  for (const file of [
    'tools/build-web.ts',
    'tools/web-applications.ts',
    'tools/mantine-variables.ts',
    'web/zod/zod.ts',
    'package.json',
  ])
    await take(path.join(root, file));
  const hash = createHash('sha256');
  for (const [file, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(path.relative(root, file)).update('\0').update(bytes).update('\0');
  return hash.digest('hex');
}

/** Built beside its place and moved there whole: two services that start at once never see half of it. */
async function buildInto(place: string, name: WebApplicationName, digest: string): Promise<void> {
  const { base, jsxFrom, target, settings, addFiles }: WebApplication = webApplications[name];
  const beside = `${place}.${process.pid}`;
  const usual: InlineConfig = {
    configFile: false,
    root: path.join(root, 'web', name),
    base,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: jsxFrom } },
    build: {
      outDir: beside,
      emptyOutDir: true,
      manifest: true,
      target: [...target],
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
    },
  };
  await build({ ...usual, ...(await settings?.()) });
  await addFiles?.(beside);
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

export type WebWeight = { readonly all: number; readonly script: number };

/**
 * What a browser fetches before the first screen stands, gzipped: the page, its entry, what that imports, their styles. Bytes.
 * @param besides modules that are fetched as the page begins, by their place in the sources: `text/es.json`.
 */
export async function firstLoad(folder: string, besides: readonly string[]): Promise<WebWeight> {
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
  for (const key of besides) {
    if (manifest[key] === undefined) throw new RangeError(`${key} is not a part of these pages`);
    take(key);
  }
  let [all, script] = [0, 0];
  for (const file of wanted) {
    const bytes = gzipSync(await readFile(path.join(folder, file))).length;
    all += bytes;
    if (file.endsWith('.js')) script += bytes;
  }
  return { all, script };
}

/** What the guide of the camera fetches: the networks and WebAssembly, as they are. Bytes. */
export async function guideWeight(captureFolder: string): Promise<number> {
  let bytes = 0;
  const mesh = await readdir(path.join(captureFolder, 'assets', 'mesh'), { recursive: true, withFileTypes: true });
  for (const file of mesh)
    // One of the two WebAssembly files is fetched, as the browser can; the larger is counted.
    if (file.isFile() && file.name !== 'tfjs-backend-wasm.wasm')
      bytes += (await readFile(path.join(file.parentPath, file.name))).length;
  return bytes;
}

if (import.meta.main) {
  const named = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
  const names = (Object.keys(webApplications) as WebApplicationName[]).filter(
    (name) => named.length === 0 || named.includes(name),
  );
  for (const name of names) {
    if (process.argv.includes('--force')) await rm(path.join(root, 'web', 'dist', name, BUILT_FROM), { force: true });
    const began = performance.now();
    const folder = await ensureWebBuilt(name);
    const { all, script } = await firstLoad(folder, []);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `${path.relative(root, folder)}: ready after ${seconds} s; first load ${(all / 1000).toFixed(1)} kB gzip, ` +
        `${(script / 1000).toFixed(1)} kB of it script`,
    );
    if (name === 'capture') console.log(`the guide ${((await guideWeight(folder)) / 1e6).toFixed(2)} MB`);
  }
}
