import { readBarcodes } from './document/barcode.client.ts';
import { loadDictionary } from './document/text/dictionary.client.ts';
import { measureDocument } from './measure-document.ts';
import { measureVideo } from './measure-video.ts';
import { quickLook } from './quick-look.ts';
import { decodeImage } from './runtime/decode-image.client.ts';
import { decodeVideo } from './runtime/decode-video.client.ts';
import type { Models } from './runtime/model.ts';
import { openModels } from './runtime/models.client.ts';
import type { Engine, QuickLook } from './tasks.ts';

/** Everything that the engine does, in this process: what a worker runs. Networks stay open from one task to the next. */
export function openEngine(models: Models = openModels()): Engine & QuickLook {
  const dictionary = loadDictionary();
  const now = (): number => performance.now();
  return {
    measureVideo: (task) => measureVideo(task, { models, decodeVideo, now }),
    measureDocument: (task) => measureDocument(task, { models, decodeImage, dictionary, readBarcodes, now }),
    look: (task) => quickLook(task, { models, decodeVideo, decodeImage, dictionary }),
    close: () => Promise.resolve(),
  };
}

/** The engine in this process, as measuring tools use it. */
export const localEngine = (models: Models = openModels()): Engine => openEngine(models);
