import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { mrzOfText, type TextLine } from '../mrz-of-text.ts';
import { runWorker } from './worker.ts';

type OcrModule = { default: { create(): Promise<{ detect(file: string): Promise<readonly TextLine[]> }> } };

const require = createRequire(import.meta.url);

/** `@gutenye/ocr-node` as its README sets it up, and the MRZ picked from its text. */
await runWorker(async () => {
  const { default: Ocr } = (await import(pathToFileURL(require.resolve('@gutenye/ocr-node')).href)) as OcrModule;
  const ocr = await Ocr.create();
  return async (file) => {
    const lines = mrzOfText(await ocr.detect(file));
    return { lines, isRelied: lines !== null };
  };
});
