import { readBarcodes } from './document/barcode.client.ts';
import { loadDictionary } from './document/text/dictionary.client.ts';
import { measureDocument } from './measure-document.ts';
import { measureVideo } from './measure-video.ts';
import { decodeImage } from './runtime/decode-image.client.ts';
import { decodeVideo } from './runtime/decode-video.client.ts';
import type { Models } from './runtime/model.ts';
import { openModels } from './runtime/models.client.ts';
import type { Engine } from './tasks.ts';

/** The engine in this process: what a worker runs, and what measuring tools use. Networks stay open from one task to the next. */
export function localEngine(models: Models = openModels()): Engine {
  const dictionary = loadDictionary();
  const now = (): number => performance.now();
  return {
    measureVideo: (task) => measureVideo(task, { models, decodeVideo, now }),
    measureDocument: (task) => measureDocument(task, { models, decodeImage, dictionary, readBarcodes, now }),
    close: () => Promise.resolve(),
  };
}
