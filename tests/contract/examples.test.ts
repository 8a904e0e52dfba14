import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before, describe, type TestContext } from 'node:test';
import type { CodeSample } from '../../src/contract/reference/code-samples.ts';
import { referenceOf } from '../../src/contract/reference/reference.ts';
import { worldInMemory, pdfOfExample, type WorldInMemory } from './world-in-memory.ts';
import type { Caller, Scene } from './world.ts';

type SampleLanguage = CodeSample['language'];

/** How each language runs a program in a file. */
const runners: Readonly<Record<SampleLanguage, { readonly command: string; readonly extension: string }>> = {
  curl: { command: 'sh', extension: 'sh' },
  PHP: { command: 'php', extension: 'php' },
  Python: { command: 'python3', extension: 'py' },
  Node: { command: process.execPath, extension: 'mjs' },
};

const examples = path.join(import.meta.dirname, '../../docs/contract/examples');
const exampleFiles: Readonly<Record<SampleLanguage, string>> = {
  curl: 'curl.sh',
  PHP: 'example.php',
  Python: 'example.py',
  Node: 'example.mjs',
};

type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

describe('the examples run as they are printed', () => {
  let world: WorldInMemory;
  let folder: string;
  before(async () => {
    world = await worldInMemory();
    folder = mkdtempSync(path.join(os.tmpdir(), 'cotejo-examples-'));
  });
  after(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs a program; null when the language is not installed here, which is said. */
  async function run(
    context: TestContext,
    language: SampleLanguage,
    file: string,
    caller: Caller,
  ): Promise<Ran | null> {
    const environment = {
      PATH: process.env['PATH'],
      COTEJO_URL: world.baseUrl,
      COTEJO_USER: caller.apiUser,
      COTEJO_TOKEN: caller.apiToken,
    };
    const needed = language === 'curl' ? ['sh', 'curl'] : [runners[language].command];
    const missing = needed.find((command) => !isInstalled(command));
    if (missing !== undefined) {
      context.diagnostic(`NOT RUN: ${missing} is not installed here`);
      return null;
    }
    return new Promise((resolve, reject) => {
      const child = spawn(runners[language].command, [file], { cwd: folder, env: environment, timeout: 30_000 });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, stdout, stderr }));
    });
  }

  const scenes: Readonly<Record<string, Scene>> = {
    GetCertificadoIdentidad: { account: 'validated', credits: 99, verification: 'certified' },
    ReenviarIdentidad: { account: 'validated', credits: 99, verification: 'invited' },
    VerificarIdentidad: { account: 'validated', credits: 99 },
  };

  test('docs/contract/README.md: every call to copy', async (context) => {
    const readme = readFileSync(path.join(examples, '../README.md'), 'utf8');
    const calls = [...readme.matchAll(/^```\n([^`]*curl[^`]*)```$/gm)].map((match) => match[1]!);
    assert.equal(calls.length, 3);
    const caller = (await world.enter({ account: 'validated', credits: 50 }))!;
    let shown = '';
    for (const [at, call] of calls.entries()) {
      const file = path.join(folder, `readme-${at}.sh`);
      writeFileSync(file, call.replace(/^export .*$/gm, ''));
      const ran = await run(context, 'curl', file, caller);
      if (ran === null) return;
      assert.deepEqual([ran.status, ran.stderr], [0, ''], ran.stdout);
      shown += ran.stdout;
    }
    assert.match(shown, /^\[\{"Res":1,"Cred":50\}\]\[\{"Res":1,"ID":"299846332","Cred":49\}\]\[\{"Res":1,"Servicio"/);
    for (const answer of ['[{"Res":1,"Cred":50}]', '[{"Res":1,"ID":"299846332","Cred":49}]'])
      assert.ok(readme.includes(answer));
  });

  for (const language of Object.keys(runners) as SampleLanguage[]) {
    test(`${language}: every function in the reference`, async (context) => {
      const { functions } = referenceOf(world.baseUrl, 'en');
      assert.equal(functions.length, 6);
      for (const { name, code, fields } of functions) {
        const scene = scenes[name] ?? { account: 'validated', credits: 99, verification: 'requested' };
        const caller = (await world.enter(scene))!;
        const file = path.join(folder, `${name}.${runners[language].extension}`);
        writeFileSync(file, code.find((sample) => sample.language === language)!.code);
        const ran = await run(context, language, file, caller);
        if (ran === null) return;
        assert.deepEqual([ran.status, ran.stderr], [0, ''], `${name}: ${ran.stdout}`);
        if (fields !== null) {
          assert.match(ran.stdout, /Res\W+1\b/, name);
          continue;
        }
        const pdf = path.join(folder, 'certificado.pdf');
        assert.deepEqual(readFileSync(pdf), pdfOfExample);
        rmSync(pdf);
      }
    });

    test(`${language}: docs/contract/examples/${exampleFiles[language]}`, async (context) => {
      const caller = (await world.enter({ account: 'validated', credits: 99 }))!;
      const ran = await run(context, language, path.join(examples, exampleFiles[language]), caller);
      if (ran === null) return;
      assert.deepEqual([ran.status, ran.stderr], [0, ''], ran.stdout);
      assert.match(ran.stdout, /\bID\W+299846332\b/);
      assert.match(ran.stdout, /\bCred\W+98\b/);
      assert.match(ran.stdout, /VERIFICACION_IDENTIDAD/);
      assert.match(ran.stdout, /Res\W+-5\b[^]*El certificado todav/);
      assert.equal(world.availableHundredths(), 9800);
    });
  }
});

const isInstalled = (command: string): boolean =>
  path.isAbsolute(command) ||
  (process.env['PATH'] ?? '').split(path.delimiter).some((place) => existsSync(path.join(place, command)));
