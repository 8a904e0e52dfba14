import type { FaceSeen } from './hints.ts';
import type { FromGuide, ToGuide } from './mesh/messages.ts';
import type { FaceSignals } from './mesh/signals.ts';

/** Where the networks lie, named by their digest; set when the pages are built. */
declare const MODELS_FOLDER: string;

export type Look = { readonly seen: FaceSeen; readonly signals: FaceSignals | null };

export type Guide = {
  /** Whether it can look at pictures by now. */
  isReady(): boolean;
  /** Looks at what a camera shows; null while it is busy, not ready or out of order. */
  look(view: HTMLVideoElement): Promise<Look | null>;
};

const LOOK_WIDTH_PX = 320;

/** Starts loading the face mesh: to be called once the person has consented. Where it does not load, it never becomes ready. */
export function openGuide(): Guide {
  let isReady = false;
  let answered: ((look: Look | null) => void) | null = null;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let worker: Worker | null = null;

  const fail = (): void => {
    isReady = false;
    worker?.terminate();
    worker = null;
    answered?.(null);
    answered = null;
  };
  const tell = (message: ToGuide, transfer: Transferable[] = []): void => worker?.postMessage(message, transfer);

  try {
    worker = new Worker(new URL('./mesh/guide.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('error', fail);
    worker.addEventListener('message', ({ data }: MessageEvent<FromGuide>) => {
      if (data.is === 'ready') isReady = true;
      else if (data.is === 'failed') fail();
      else {
        answered?.(data);
        answered = null;
      }
    });
    tell({ is: 'begin', modelsFolder: new URL(MODELS_FOLDER, location.href).href });
  } catch {
    fail(); // no module workers here: the page guides without
  }

  return {
    isReady: () => isReady,
    look: (view) => {
      if (!isReady || answered !== null || context === null || view.videoWidth === 0) return Promise.resolve(null);
      const [width, height] = [LOOK_WIDTH_PX, Math.round((LOOK_WIDTH_PX * view.videoHeight) / view.videoWidth)];
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.drawImage(view, 0, 0, width, height);
      const rgba = context.getImageData(0, 0, width, height).data.buffer;
      return new Promise((resolve) => {
        answered = resolve;
        tell({ is: 'look', width, height, rgba }, [rgba]);
      });
    },
  };
}
