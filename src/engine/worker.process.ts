// A worker of the engine: does one task at a time, for as long as its parent lives.
import { openEngine } from './local-engine.client.ts';
import type { DocumentTask, LookTask, VideoTask } from './tasks.ts';

export type WorkerTask =
  | { readonly half: 'video'; readonly task: VideoTask }
  | { readonly half: 'document'; readonly task: DocumentTask }
  | { readonly half: 'look'; readonly task: LookTask };
export type WorkerRequest = WorkerTask & { readonly id: number };
export type WorkerReply = { readonly id: number; readonly result: unknown };

const engine = openEngine();

function done(request: WorkerTask): Promise<unknown> {
  switch (request.half) {
    case 'video':
      return engine.measureVideo(request.task);
    case 'document':
      return engine.measureDocument(request.task);
    case 'look':
      return engine.look(request.task);
  }
}

process.on('message', (message) => {
  const request = message as WorkerRequest;
  // What is thrown here is a bug: the process ends with it, and the parent sees that the worker died.
  void done(request).then((result) => process.send!({ id: request.id, result } satisfies WorkerReply));
});
process.on('disconnect', () => process.exit(0));
