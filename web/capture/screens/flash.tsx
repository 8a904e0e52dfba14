import { useEffect, useRef } from 'preact/hooks';
import type { ShownStep } from '../../../src/capture/protocol.schema.ts';

/** The whole screen in one colour after the other, as the service drew them. Shown to people who were told, and at its own pace: about 3 a second. */
export function Flash({ show }: { readonly show: Extract<ShownStep['show'], { kind: 'flash' }> }) {
  const screen = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const beganAt = performance.now();
    let handle = 0;
    const paint = (): void => {
      const colour = show.colours[Math.floor((performance.now() - beganAt) / show.colourMs)];
      if (colour === undefined || screen.current === null) return;
      screen.current.style.backgroundColor = colour;
      handle = requestAnimationFrame(paint);
    };
    paint();
    return () => cancelAnimationFrame(handle);
  }, [show]);
  return <div ref={screen} class="flash" aria-hidden="true" />;
}
