import { useEffect, useRef, useState } from 'preact/hooks';
import type { DocumentKind, Side } from '../../../src/capture/protocol.schema.ts';
import { type OpenCamera, hasTorch, setTorch } from '../camera.ts';
import {
  CARD_MARGIN,
  type CardHint,
  type CardSeen,
  GOOD_LOOKS_NEEDED,
  cardHint,
  goodLooks,
  lookAtCard,
} from '../document-hints.ts';
import { type Box, withMargin } from '../geometry.ts';
import { type ShownHint, paced } from '../hints.ts';
import { useSpoken } from '../spoken.ts';
import { titleOf } from './document.tsx';
import { guideBox } from './face.tsx';
import { Heading } from './page.tsx';

const LOOK_EVERY_MS = 180;
const LOOK_WIDTH_PX = 320;
const JPEG_QUALITY = 0.92;

/** A whole picture for the service, and the part around the frame to look at. */
export type Taken = { readonly picture: Blob; readonly shown: Blob };

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

  const take = async (): Promise<void> => {
    if (isTaking.current || view.current === null || frame.current === null || view.current.videoWidth === 0) return;
    isTaking.current = true;
    const taken = await takePicture(view.current, withMargin(guideBox(frame.current, view.current), CARD_MARGIN));
    isTaking.current = false;
    if (taken !== null) onTaken(taken);
  };

  useEffect(() => {
    const element = view.current!;
    element.srcObject = camera.stream;
    void element.play().catch(() => {});
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    let before: CardSeen | null = null;
    let good = 0;
    const look = (): void => {
      if (element.videoWidth === 0 || frame.current === null || context === null || isTaking.current) return;
      const seen = lookAtCard(pixelsOf(element, withMargin(guideBox(frame.current, element), CARD_MARGIN), context));
      const isFirst = before === null; // says nothing about moving
      const hint = cardHint(seen, before);
      before = seen;
      good = goodLooks(good, hint);
      if (isFirst) return;
      setShown((last) => paced(last, hint, performance.now()));
      if (good >= GOOD_LOOKS_NEEDED) {
        good = 0;
        void take();
      }
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
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
        <button type="button" class="shutter" aria-label={say('document.shutter')} onClick={() => void take()} />
      </div>
    </main>
  );
}

function pixelsOf(view: HTMLVideoElement, box: Box, context: CanvasRenderingContext2D): ImageData {
  const { videoWidth, videoHeight } = view;
  const [width, height] = [box.width * videoWidth, box.height * videoHeight];
  const { canvas } = context;
  const rows = Math.max(1, Math.round((LOOK_WIDTH_PX * height) / width));
  if (canvas.width !== LOOK_WIDTH_PX || canvas.height !== rows)
    Object.assign(canvas, { width: LOOK_WIDTH_PX, height: rows });
  context.drawImage(view, box.x * videoWidth, box.y * videoHeight, width, height, 0, 0, LOOK_WIDTH_PX, rows);
  return context.getImageData(0, 0, LOOK_WIDTH_PX, rows);
}

/** Null when the browser could make no picture of it. */
async function takePicture(view: HTMLVideoElement, around: Box): Promise<Taken | null> {
  const [picture, shown] = await Promise.all([jpegOf(view, { x: 0, y: 0, width: 1, height: 1 }), jpegOf(view, around)]);
  return picture === null || shown === null ? null : { picture, shown };
}

function jpegOf(view: HTMLVideoElement, box: Box): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(view.videoWidth * box.width);
  canvas.height = Math.round(view.videoHeight * box.height);
  const from = [box.x * view.videoWidth, box.y * view.videoHeight, canvas.width, canvas.height] as const;
  canvas.getContext('2d')?.drawImage(view, ...from, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
}
