import { bareFace } from './bare-face.ts';
import { bezel } from './bezel.ts';
import { boomerang } from './boomerang.ts';
import { challengeFollowed } from './challenge.ts';
import type { LivenessCheck } from './check.ts';
import { eyesOpen } from './eyes-open.ts';
import { faceFound } from './face-found.ts';
import { faceSize } from './face-size.ts';
import { flash } from './flash.ts';
import { freeze } from './freeze.ts';
import { loop } from './loop.ts';
import { moireBackground } from './moire-background.ts';
import { oneFace } from './one-face.ts';
import { padRgb } from './pad-rgb.ts';
import { samePerson } from './same-person.ts';
import { skinBackgroundLuma } from './skin-background-luma.ts';

/** Every liveness check. A new one is its file and its line here; what follows from it stands in `decision/liveness.ts`. */
export const livenessChecks: readonly LivenessCheck[] = [
  faceFound,
  faceSize,
  oneFace,
  bareFace,
  eyesOpen,
  padRgb,
  bezel,
  moireBackground,
  skinBackgroundLuma,
  samePerson,
  loop,
  boomerang,
  freeze,
  challengeFollowed,
  flash,
];
