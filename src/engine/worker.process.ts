// A worker of the engine: measures one half at a time, for as long as its parent lives.
import { localEngine } from './local-engine.client.ts';
import type { DocumentTask, VideoTask } from './tasks.ts';

export type WorkerRequest =
  | { readonly id: number; readonly half: 'video'; readonly task: VideoTask }
  | { readonly id: number; readonly half: 'document'; readonly task: DocumentTask };
export type WorkerReply = { readonly id: number; readonly result: unknown };

const engine = localEngine();

process.on('message', (message) => {
  const request = message as WorkerRequest;
  const measured = request.half === 'video' ? engine.measureVideo(request.task) : engine.measureDocument(request.task);
  // What is thrown here is a bug: the process ends with it, and the parent sees that the worker died.
  void measured.then((result) => process.send!({ id: request.id, result } satisfies WorkerReply));
});
process.on('disconnect', () => process.exit(0));
