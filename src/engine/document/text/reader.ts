import type { Quad, Raster } from '../../image/raster.ts';
import type { Models } from '../../runtime/model.ts';
import { detectText, type DetectOptions, type TextBox } from './detect.ts';
import { recogniseLine, type Dictionary, type RecognisedLine, type RecogniseOptions } from './recognise.ts';

/** A located line with what was read in it. */
export type SeenLine = TextBox & RecognisedLine;

/** Both halves of reading, with their networks: what the pure code of this room is handed. */
export type TextReader = {
  detect(image: Raster, options: DetectOptions): Promise<TextBox[]>;
  recognise(image: Raster, quad: Quad, options?: RecogniseOptions): Promise<RecognisedLine>;
};

export const textReader = (models: Models, dictionary: Dictionary): TextReader => ({
  detect: async (image, options) => detectText(await models.open('text-detector'), image, options),
  recognise: async (image, quad, options) =>
    recogniseLine(await models.open('text-recogniser'), dictionary, image, quad, options),
});
