// Decodes every hostile picture and recording as the engine does, and prints what became of each: node decode-hostile.ts FOLDER BAIT-FILE BAIT-URL
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeImage } from '../../src/engine/runtime/decode-image.client.ts';
import { decodeVideo } from '../../src/engine/runtime/decode-video.client.ts';
import { hostileImages, hostileVideos } from './hostile-media.ts';

export type Decoded = { readonly name: string; readonly became: string; readonly tookMs: number };

if (import.meta.main) {
  const [folder, file, url] = process.argv.slice(2) as [string, string, string];
  const decoded: Decoded[] = [];
  const note = async (name: string, work: () => Promise<string>): Promise<void> => {
    const beganAt = performance.now();
    const became = await work().catch((error: Error) => `threw ${error.message}`);
    decoded.push({ name, became, tookMs: performance.now() - beganAt });
  };
  for (const [name, bytes] of Object.entries(await hostileImages({ file, url })))
    await note(name, async () => {
      const answer = await decodeImage(bytes, { shrinkToSidePx: 2200 });
      return answer.ok ? 'a picture' : answer.refusal.kind;
    });
  for (const [name, bytes] of Object.entries(await hostileVideos({ file, url })))
    await note(name, async () => {
      const recording = path.join(folder, 'recording');
      await writeFile(recording, bytes);
      const answer = await decodeVideo(recording, { onFrame: (_frame, release) => release() });
      return answer.ok ? 'a recording' : answer.refusal.kind;
    });
  process.stdout.write(JSON.stringify(decoded));
}
