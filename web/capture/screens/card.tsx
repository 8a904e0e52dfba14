import { useEffect, useRef, useState } from 'preact/hooks';
import type { DocumentKind, Side } from '../../../src/capture/protocol.schema.ts';
import { type OpenCamera, hasTorch, setTorch } from '../camera.ts';
import {
  CARD_MARGIN,
  type CardHint,
  type CardSeen,
  type CardTrouble,
  GOOD_LOOKS_NEEDED,
  cardHint,
  goodLooks,
  lookAtCard,
  troubleWith,
} from '../document-hints.ts';
import { onEachPicture } from '../each-picture.ts';
import { type Box, type Size, withMargin } from '../geometry.ts';
import { type ShownHint, paced } from '../hints.ts';
import { useSpoken } from '../spoken.ts';
import { titleOf } from './document.tsx';
import { guideBox } from './face.tsx';
import { Heading } from './page.tsx';

const LOOK_EVERY_MS = 180;
const LOOK_WIDTH_PX = 320;
const JPEG_QUALITY = 0.92;

/** A whole picture for the service, the part around the frame to look at, and what can be seen to be wrong with it. */
export type Taken = { readonly picture: Blob; readonly shown: Blob; readonly trouble: CardTrouble | null };

/** The picture with a card's frame and one line of text. The shutter releases itself when all is well; the button is always there. */
export function Card(parts: {
  readonly camera: OpenCamera;
  readonly side: Side;
  readonly kind: DocumentKind | null;
  readonly onTaken: (taken: Taken) => void;
}) {
  const { camera, side, kind, onTaken } = parts;
  const { say } = useSpoken();
  const view = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const isTaking = useRef(false);
  const [shown, setShown] = useState<ShownHint<CardHint> | null>(null);
  const [isTorchOn, setTorchOn] = useState(false);
  const [hasPicture, setHasPicture] = useState(false);

  const take = async (whole: HTMLCanvasElement, around: Box, seen: CardSeen): Promise<void> => {
    isTaking.current = true; // and stays so once there is a picture: a tap that comes late takes no second one
    const taken = await picturesOf(whole, around);
    if (taken === null) isTaking.current = false;
    else onTaken({ ...taken, trouble: troubleWith(seen) });
  };

  const takeByHand = (): void => {
    const element = view.current;
    if (!hasPicture || isTaking.current || element === null || frame.current === null) return;
    const whole = frozen(element);
    const around = withMargin(guideBox(frame.current, element), CARD_MARGIN);
    void take(whole, around, lookAtCard(pixelsOf(whole, around, readableContext())));
  };

  useEffect(() => {
    const element = view.current!;
    element.srcObject = camera.stream;
    void element.play().catch(() => {});
    const context = readableContext();
    let before: CardSeen | null = null;
    let good = 0;
    const look = (): void => {
      if (element.videoWidth === 0 || frame.current === null || isTaking.current) return;
      setHasPicture(true);
      // The picture that may be taken is held fast before it is looked at: what is taken is what was seen to be good.
      const source = good + 1 < GOOD_LOOKS_NEEDED ? element : frozen(element);
      const around = withMargin(guideBox(frame.current, element), CARD_MARGIN);
      const seen = lookAtCard(pixelsOf(source, around, context));
      const isFirst = before === null; // says nothing about moving
      const hint = cardHint(seen, before);
      before = seen;
      good = goodLooks(good, hint);
      if (isFirst) return;
      setShown((last) => paced(last, hint, performance.now()));
      if (good < GOOD_LOOKS_NEEDED || source === element) return;
      good = 0;
      void take(source as HTMLCanvasElement, around, seen);
    };
    const end = onEachPicture(element, LOOK_EVERY_MS, look);
    return () => {
      end();
      element.srcObject = null;
    };
  }, [camera]);

  return (
    <main class="film">
      <video ref={view} class="film-view" playsInline muted autoplay aria-label={say('camera.picture')} />
      <div
        ref={frame}
        class={`card-frame ${kind === 'passport' ? 'card-frame-passport' : ''} ${shown?.hint === 'hold' ? 'card-frame-good' : ''}`}
      />
      <div class="film-top">
        <Heading class="film-title">{titleOf(side, kind, say)}</Heading>
        <p class="hint" aria-live="polite" aria-atomic="true">
          {say(shown === null ? 'card.by-hand' : `card.${shown.hint}`)}
        </p>
      </div>
      <div class="film-foot">
        {hasTorch(camera.track) && (
          <button
            type="button"
            class="torch"
            aria-pressed={isTorchOn}
            onClick={() => void setTorch(camera.track, !isTorchOn).then((isDone) => isDone && setTorchOn(!isTorchOn))}
          >
            {say(isTorchOn ? 'document.torch.off' : 'document.torch.on')}
          </button>
        )}
        <button
          type="button"
          class="shutter"
          aria-label={say('document.shutter')}
          aria-disabled={!hasPicture}
          onClick={takeByHand}
        />
      </div>
    </main>
  );
}

/** The whole picture that a camera shows now. */
function frozen(view: HTMLVideoElement): HTMLCanvasElement {
  const canvas = canvasOf(view.videoWidth, view.videoHeight);
  canvas.getContext('2d')!.drawImage(view, 0, 0);
  return canvas;
}

const readableContext = (): CanvasRenderingContext2D =>
  canvasOf(LOOK_WIDTH_PX, LOOK_WIDTH_PX).getContext('2d', { willReadFrequently: true })!;

const canvasOf = (width: number, height: number): HTMLCanvasElement =>
  Object.assign(document.createElement('canvas'), { width, height });

function sizeOf(source: HTMLVideoElement | HTMLCanvasElement): Size {
  return source instanceof HTMLVideoElement
    ? { width: source.videoWidth, height: source.videoHeight }
    : { width: source.width, height: source.height };
}

function pixelsOf(
  source: HTMLVideoElement | HTMLCanvasElement,
  box: Box,
  context: CanvasRenderingContext2D,
): ImageData {
  const size = sizeOf(source);
  const [width, height] = [box.width * size.width, box.height * size.height];
  const { canvas } = context;
  const rows = Math.max(1, Math.round((LOOK_WIDTH_PX * height) / width));
  if (canvas.height !== rows) canvas.height = rows;
  context.drawImage(source, box.x * size.width, box.y * size.height, width, height, 0, 0, LOOK_WIDTH_PX, rows);
  return context.getImageData(0, 0, LOOK_WIDTH_PX, rows);
}

/** Null when the browser could make no picture of it. */
async function picturesOf(whole: HTMLCanvasElement, around: Box): Promise<Pick<Taken, 'picture' | 'shown'> | null> {
  const part = canvasOf(Math.round(whole.width * around.width), Math.round(whole.height * around.height));
  part.getContext('2d')!.drawImage(whole, -Math.round(around.x * whole.width), -Math.round(around.y * whole.height));
  const [picture, shown] = await Promise.all([jpegOf(whole), jpegOf(part)]);
  return picture === null || shown === null ? null : { picture, shown };
}

const jpegOf = (canvas: HTMLCanvasElement): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
