import type { FaceSeen } from '../hints.ts';
import type { FaceSignals } from './signals.ts';

/** From the page: begin, with the folder of the networks; or a picture to look at. */
export type ToGuide =
  | { readonly is: 'begin'; readonly modelsFolder: string }
  | { readonly is: 'look'; readonly width: number; readonly height: number; readonly rgba: ArrayBuffer };

/** From the guide: ready, or what it saw in the last picture. */
export type FromGuide =
  | { readonly is: 'ready' }
  | { readonly is: 'seen'; readonly seen: FaceSeen; readonly signals: FaceSignals | null }
  | { readonly is: 'failed' };
