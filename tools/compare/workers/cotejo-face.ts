import { templateOf } from '../../../src/engine/face/embed.ts';
import { locateFace } from '../../../src/engine/face/locate.ts';
import { decodeImage } from '../../../src/engine/runtime/decode-image.client.ts';
import { openModels } from '../../../src/engine/runtime/models.client.ts';
import { runWorker } from './worker.ts';

/** The serving code on one photograph: decode, detect, mesh, align, two embedders. */
await runWorker(async () => {
  const models = openModels();
  return async (file) => {
    const decoded = await decodeImage(file);
    if (!decoded.ok) return null;
    const face = await locateFace(models, decoded.value);
    if (face === null || !face.accepted) return null;
    const { a, b } = await templateOf(models, [{ image: decoded.value, mesh: face.mesh }]);
    return { a: [...a], b: [...b] };
  };
});
