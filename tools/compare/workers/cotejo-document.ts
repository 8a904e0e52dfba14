import { readDocument } from '../../../src/engine/document/read-document.ts';
import { loadDictionary } from '../../../src/engine/document/text/dictionary.client.ts';
import { decodeImage } from '../../../src/engine/runtime/decode-image.client.ts';
import { openModels } from '../../../src/engine/runtime/models.client.ts';
import { runWorker } from './worker.ts';

/** The serving code on one picture of a document: all of its text, the MRZ, type and fields. */
await runWorker(async () => {
  const models = openModels();
  const dictionary = loadDictionary();
  return async (file) => {
    const decoded = await decodeImage(file);
    if (!decoded.ok) return { lines: null, isRelied: false };
    const { mrz } = await readDocument({ front: decoded.value, at: '2026-06-15', models, dictionary });
    return { lines: mrz?.lines ?? null, isRelied: mrz?.accepted ?? false };
  };
});
