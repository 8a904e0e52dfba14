import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const root = path.join(import.meta.dirname, '..');
const files = globSync('src/**/*.ts', { cwd: root }).sort();
const isTest = (file: string): boolean => /\.(?:test|soak)\.ts$/.test(file);
const code = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));

/** Files that may do what pure ones may not. Nothing else in a room touches the world outside. */
const DOORS = ['.client.ts', '.store.ts', '.route.ts', '.job.ts', '.process.ts'];
const isDoor = (file: string): boolean =>
  DOORS.some((suffix) => file.endsWith(suffix)) || file.startsWith('src/cli/') || file === 'src/main.ts';
const pureFiles = files.filter((file) => !isDoor(file) && !isTest(file));

/** What each room may import besides itself. The order is the order in which things are built on each other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  credits: ['kernel'],
  access: ['kernel'],
  evidence: ['kernel', 'storage'],
  verification: ['kernel', 'credits', 'access', 'evidence'],
  // Test applicants: what they bring, and how far they come.
  rehearsal: ['kernel', 'verification', 'evidence', 'engine', 'specimen'],
  'notification/sms': ['kernel', 'http', 'verification'],
  'notification/webhook': ['kernel', 'http', 'verification'],
  review: ['kernel', 'verification', 'access', 'evidence', 'credits'],
  // What people see of all rooms, and what they may do there.
  panel: [
    'kernel',
    'verification',
    'access',
    'evidence',
    'credits',
    'review',
    'certificate',
    'notification/webhook',
    'notification/sms',
  ],
  contract: ['kernel', 'verification', 'credits', 'access', 'notification/sms', 'rehearsal'],
  capture: ['kernel', 'verification', 'evidence', 'access'],
  certificate: ['kernel', 'verification', 'evidence', 'credits', 'access'],
  storage: ['kernel'],
  'config.ts': ['kernel'],
  http: ['kernel'],
  engine: ['kernel', 'verification', 'evidence'],
  specimen: ['kernel', 'engine'],
  evaluation: ['kernel', 'verification', 'engine', 'specimen'],
  report: ['kernel', 'verification', 'engine', 'evaluation'],
  cli: [
    'kernel',
    'verification',
    'contract',
    'engine',
    'specimen',
    'evaluation',
    'report',
    'access',
    'credits',
    'storage',
    'http',
    'capture',
    'build-web.ts', // tools/: pages that are not built yet are built when they are first served
    'certificate',
    'evidence',
    'notification/sms',
    'notification/webhook',
    'review',
    'panel',
    'rehearsal',
    'config.ts',
  ],
};

/** Within the engine: pixels at the bottom, measuring above, judging apart from measuring. */
const ENGINE_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  image: [],
  runtime: ['image'],
  face: ['image', 'runtime'],
  liveness: ['image', 'runtime', 'face'],
  document: ['image', 'runtime', 'face'],
  decision: ['face', 'liveness', 'document'],
};

function importsOf(file: string, { withTypes = true } = {}): string[] {
  const text = withTypes ? code.get(file)! : code.get(file)!.replace(/\nimport type\b[^;]*;/g, '');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g)].map(
    (match) => match[1] ?? match[2]!,
  );
}

/** The project file that a relative import names. */
const targetOf = (file: string, specifier: string): string => path.join(path.dirname(file), specifier);
/** `notification` is two rooms: the contract's parameters need the rules of messages, callbacks need the contract's words. */
function roomOf(file: string): string {
  const [, room, part] = file.split(path.sep);
  return room === 'notification' ? `${room}/${part}` : room!;
}

test('every room imports only from the rooms below it', () => {
  const broken = files
    .filter((file) => !isTest(file) && file !== path.join('src', 'main.ts'))
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => roomOf(targetOf(file, specifier)))
        .filter((room) => room !== roomOf(file) && MAY_IMPORT[roomOf(file)]?.includes(room) !== true)
        .map((room) => `${file} → ${room}`),
    );
  assert.deepEqual(broken, []);
});

test('within the engine, measuring does not know judging, and no room looks upwards', () => {
  const part = (file: string): string => file.split(path.sep)[2]!;
  const broken = files
    .filter((file) => !isTest(file) && roomOf(file) === 'engine' && part(file) in ENGINE_MAY_IMPORT)
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => targetOf(file, specifier))
        .filter((target) => roomOf(target) === 'engine' && part(target) !== part(file))
        .filter((target) => ENGINE_MAY_IMPORT[part(file)]!.includes(part(target)) === false)
        .map((target) => `${file} → ${target}`),
    );
  assert.deepEqual(broken, []);
});

test('pure files import nothing that reads, writes, runs or reaches out', () => {
  const computesOnly = new Set([
    'zod',
    'opentype.js/dist/opentype.mjs',
    'libphonenumber-js/max', // numbering plans as tables
    'temporal-polyfill', // calendars and time zones; the clock it could ask is kept away by the test below
  ]);
  const broken = pureFiles.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => !specifier.startsWith('.') && !computesOnly.has(specifier))
      .map((specifier) => `${file} imports ${specifier}`),
  );
  assert.deepEqual(broken, []);
});

test('pure files ask neither the clock nor chance nor the environment', () => {
  const forbidden =
    /\bDate\.now\(|\bTemporal\.Now\b|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.timeOrigin|\bsetTimeout\(/;
  assert.deepEqual(
    pureFiles.filter((file) => forbidden.test(withoutComments(code.get(file)!))),
    [],
  );
});

test('a pure file never imports a door', () => {
  const broken = pureFiles.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith('.') && isDoor(targetOf(file, specifier)))
      .map((specifier) => `${file} → ${specifier}`),
  );
  assert.deepEqual(broken, []);
});

/** Rooms whose doors are handed nothing and stand for themselves: evaluation runs the engine, demonstrations and tests draw specimens. */
const OPENS_DOORS = ['engine', 'specimen', 'evaluation', 'report', 'rehearsal'];

test('a door of one room never imports a door of another: it is handed what it needs', () => {
  const broken = files
    .filter((file) => isDoor(file) && !isTest(file) && !['cli', 'main.ts'].includes(roomOf(file)))
    .filter((file) => !OPENS_DOORS.includes(roomOf(file)))
    .flatMap((file) =>
      importsOf(file, { withTypes: false })
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => targetOf(file, specifier))
        .filter((target) => isDoor(target) && roomOf(target) !== roomOf(file))
        .map((target) => `${file} → ${target}`),
    );
  assert.deepEqual(broken, []);
});

test('the words of the wire occur nowhere in the source outside the contract', () => {
  const words =
    /\b(Resultado|DNIAnverso|DNIReverso|AnversoReversoCoinciden|DNISolicitado|ProcesoRelizadoMismaPersona|GafasLectura|GafasSol|ParecidoPersonaDNI|PruebaDeVida|Telefono|Remitente|Mensaje|VerificarIdentidad)\b/;
  const broken = files.filter((file) => roomOf(file) !== 'contract' && words.test(withoutComments(code.get(file)!)));
  assert.deepEqual(broken, []);
});

test('a file is named for what it holds: no drawers, no barrels', () => {
  const drawer = /\/(utils?|helpers?|common|misc)(\.[a-z]+)?\.ts$/;
  const barrel = files.filter(
    (file) => path.basename(file) === 'index.ts' && !/\bconst\b/.test(code.get(file)!), // a list of parts is not a barrel
  );
  assert.deepEqual([...files.filter((file) => drawer.test(file)), ...barrel], []);
});

test('nothing is left for later in the source', () => {
  const unfinished = /\b(TODO|FIXME|HACK)\b|@ts-ignore|@ts-nocheck|eslint-disable/;
  assert.deepEqual(
    files.filter((file) => unfinished.test(code.get(file)!)),
    [],
  );
});

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/[^\n]*/g, '$1');
}
