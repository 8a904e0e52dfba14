import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import type { ShownFile } from '../../work/files.tsx';
import { useWork } from '../../work/texts.tsx';
import {
  type Focus,
  type Pointed,
  type View,
  draggedBy,
  steppedBy,
  viewBoxOf,
  whole,
  zoomLimits,
  zoomedAt,
  zoomedBy,
} from './zoom.ts';

type Props = {
  /** What is to be seen, for who does not see it. */
  readonly label: string;
  readonly file: ShownFile;
  /** The size that places in the picture are told in. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly focus: Focus;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly className?: string;
  /** Drawn over the picture, in its px. */
  readonly children?: ReactNode;
};

/** How far a pointer may move and still have pressed, CSS px. */
const STILL_PX = 4;

/**
 * A picture to be looked at closely. Keys, buttons and pointer all do the same: a drag moves, a press while enlarged puts that place in the middle,
 * a double press enlarges there, and so does the wheel while it is in focus. The view is its owner's, so that several move as one.
 */
export function Stage({ label, file, widthPx, heightPx, focus, view, onView, className, children }: Props): ReactNode {
  const { w } = useWork();
  const box = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, { readonly x: number; readonly y: number }>());
  const pressedAt = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const latest = useRef({ view, onView });
  latest.current = { view, onView };

  const fromMiddle = (x: number, y: number): Pointed => {
    const { left, top, width, height } = box.current!.getBoundingClientRect();
    return { dx: x - left - width / 2, dy: y - top - height / 2, widthPx: width, heightPx: height };
  };

  useEffect(() => {
    const element = box.current!;
    const turned = (event: WheelEvent): void => {
      if (!event.ctrlKey && document.activeElement !== element) return; // else the page scrolls, as everywhere
      event.preventDefault();
      const factor = zoomLimits.step ** Math.max(-2, Math.min(2, -event.deltaY / 60));
      latest.current.onView(zoomedAt(latest.current.view, factor, focus, fromMiddle(event.clientX, event.clientY)));
    };
    element.addEventListener('wheel', turned, { passive: false });
    return () => element.removeEventListener('wheel', turned);
  }, [focus]);

  const pressed = (event: PointerEvent): void => {
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    pressedAt.current = { x: event.clientX, y: event.clientY };
    box.current!.setPointerCapture(event.pointerId);
  };
  const moved = (event: PointerEvent): void => {
    const before = pointers.current.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other !== undefined) {
      const apart = (at: { x: number; y: number }): number => Math.hypot(at.x - other.x, at.y - other.y) || 1;
      const middle = fromMiddle((now.x + other.x) / 2, (now.y + other.y) / 2);
      return onView(zoomedAt(view, apart(now) / apart(before), focus, middle));
    }
    if (view.zoom === 1) return;
    const { widthPx: width, heightPx: height } = fromMiddle(0, 0);
    onView(draggedBy(view, focus, { dx: now.x - before.x, dy: now.y - before.y, widthPx: width, heightPx: height }));
  };
  const released = (event: PointerEvent): void => {
    pointers.current.delete(event.pointerId);
    const began = pressedAt.current;
    pressedAt.current = null;
    if (began === null || view.zoom === 1) return;
    if (Math.hypot(event.clientX - began.x, event.clientY - began.y) > STILL_PX) return;
    const { dx, dy, ...size } = fromMiddle(event.clientX, event.clientY);
    onView(draggedBy(view, focus, { dx: -dx, dy: -dy, ...size }));
  };

  const typed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = viewAfter(event.key, view);
    if (next === null) return;
    event.preventDefault();
    onView(next);
  };

  // What is drawn over a picture may be gone to by itself, which nothing inside an image can.
  const shown = { role: 'img', 'aria-label': label };
  return (
    <div
      ref={box}
      className={`stage ${className ?? ''}`}
      role="group"
      tabIndex={0}
      aria-label={label}
      aria-description={w('stage.how')}
      data-zoomed={view.zoom > 1}
      onKeyDown={typed}
      onPointerDown={pressed}
      onPointerMove={moved}
      onPointerUp={released}
      onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
      onDoubleClick={(event) => onView(zoomedAt(view, 2, focus, fromMiddle(event.clientX, event.clientY)))}
    >
      {file.trouble !== null ? (
        <p className="stage-trouble">{w('stage.not-there')}</p>
      ) : (
        <svg viewBox={viewBoxOf(view, focus)} {...(children === undefined ? shown : {})}>
          {file.address !== null && (
            <image href={file.address} width={widthPx} height={heightPx} {...(children === undefined ? {} : shown)} />
          )}
          {file.address !== null && children}
        </svg>
      )}
    </div>
  );
}

/** What keys do while a picture is in focus; null: nothing. */
export function viewAfter(key: string, view: View): View | null {
  switch (key) {
    case 'ArrowLeft':
      return steppedBy(view, -1, 0);
    case 'ArrowRight':
      return steppedBy(view, 1, 0);
    case 'ArrowUp':
      return steppedBy(view, 0, -1);
    case 'ArrowDown':
      return steppedBy(view, 0, 1);
    case '+':
    case '=':
      return zoomedBy(view, zoomLimits.step);
    case '-':
      return zoomedBy(view, 1 / zoomLimits.step);
    case '0':
      return whole;
    default:
      return null;
  }
}

/** The same with a pointer and without a wheel. */
export function ZoomButtons({
  view,
  onView,
  of,
}: {
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly of: string;
}): ReactNode {
  const { w } = useWork();
  return (
    <span className="zoom-buttons" role="group" aria-label={w('zoom.of', { of })}>
      <button
        type="button"
        onClick={() => onView(zoomedBy(view, 1 / zoomLimits.step))}
        aria-label={w('zoom.out')}
        disabled={view.zoom === 1}
      >
        −
      </button>
      <button type="button" onClick={() => onView(whole)} aria-label={`${view.zoom.toFixed(1)}×: ${w('zoom.whole')}`}>
        {view.zoom.toFixed(1)}×
      </button>
      <button type="button" onClick={() => onView(zoomedBy(view, zoomLimits.step))} aria-label={w('zoom.in')}>
        +
      </button>
    </span>
  );
}
