/**
 * What linked pictures show together: a place in the part of each that matters (its focus), as fractions of it from its upper left corner, and
 * how many times larger than whole.
 */
export type View = { readonly x: number; readonly y: number; readonly zoom: number };

/** A rectangle in px of the picture. */
export type Focus = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** A place on the element that shows a picture, in CSS px from its centre, and the size of that element. */
export type Pointed = {
  readonly dx: number;
  readonly dy: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

export const whole: View = { x: 0.5, y: 0.5, zoom: 1 };
export const zoomLimits = { least: 1, most: 16, step: 1.25 } as const;
/** How far one press of an arrow key moves, of what is shown. */
export const PAN_STEP = 0.12;

/** Nothing beside the focus is ever in the middle: what is shown stays within it. */
export function within({ x, y, zoom }: View): View {
  const sure = Math.min(zoomLimits.most, Math.max(zoomLimits.least, zoom));
  const margin = 0.5 / sure;
  const clamp = (value: number): number => Math.min(1 - margin, Math.max(margin, value));
  return { x: clamp(x), y: clamp(y), zoom: sure };
}

/** Focus fractions for each CSS px: the focus is fitted whole into the element and then enlarged. */
function fractionsPerPx(view: View, focus: Focus, { widthPx, heightPx }: Pointed): { x: number; y: number } {
  const scale = Math.min(widthPx / focus.width, heightPx / focus.height) * view.zoom || 1;
  return { x: 1 / (scale * focus.width), y: 1 / (scale * focus.height) };
}

/** Enlarged by `factor`; the place under the pointer stays under it as far as the focus reaches. */
export function zoomedAt(view: View, factor: number, focus: Focus, pointed: Pointed): View {
  const zoom = Math.min(zoomLimits.most, Math.max(zoomLimits.least, view.zoom * factor));
  const before = fractionsPerPx(view, focus, pointed);
  const after = fractionsPerPx({ ...view, zoom }, focus, pointed);
  return within({
    x: view.x + pointed.dx * (before.x - after.x),
    y: view.y + pointed.dy * (before.y - after.y),
    zoom,
  });
}

/** Moved with the pointer by so many CSS px. */
export function draggedBy(view: View, focus: Focus, moved: Pointed): View {
  const perPx = fractionsPerPx(view, focus, moved);
  return within({ ...view, x: view.x - moved.dx * perPx.x, y: view.y - moved.dy * perPx.y });
}

/** Enlarged around the middle, as by a key. */
export const zoomedBy = (view: View, factor: number): View => within({ ...view, zoom: view.zoom * factor });

/** Moved by steps, as by arrow keys: positive is right and down. */
export const steppedBy = (view: View, right: number, down: number): View =>
  within({ ...view, x: view.x + (right * PAN_STEP) / view.zoom, y: view.y + (down * PAN_STEP) / view.zoom });

/** The `viewBox` that shows it. What lies beside it is seen too where the element's proportions leave room. */
export function viewBoxOf({ x, y, zoom }: View, focus: Focus): string {
  const width = focus.width / zoom;
  const height = focus.height / zoom;
  const left = focus.x + x * focus.width - width / 2;
  const top = focus.y + y * focus.height - height / 2;
  return [left, top, width, height].map((value) => Number(value.toFixed(3))).join(' ');
}

/** Several times around a box, cut to the picture: a portrait with its hair and chin. */
export function focusAround(
  box: { readonly x0Px: number; readonly y0Px: number; readonly x1Px: number; readonly y1Px: number },
  picture: { readonly widthPx: number; readonly heightPx: number },
  times: number,
): Focus {
  const width = (box.x1Px - box.x0Px) * times;
  const height = (box.y1Px - box.y0Px) * times;
  const left = Math.max(0, (box.x0Px + box.x1Px - width) / 2);
  const top = Math.max(0, (box.y0Px + box.y1Px - height) / 2);
  return {
    x: left,
    y: top,
    width: Math.min(picture.widthPx - left, width),
    height: Math.min(picture.heightPx - top, height),
  };
}

/** How much is shown around what was read, of its size: the rims of the card. */
const RIM = 0.07;

/**
 * The part of a picture in which anything was read, with its rims; all of it where next to nothing was.
 * @param quads corners in px. @param portrait where the face stands.
 */
export function focusOnAll(
  quads: readonly (readonly (readonly [x: number, y: number])[])[],
  portrait: { readonly box: Parameters<typeof focusAround>[0] } | null,
  picture: { readonly widthPx: number; readonly heightPx: number },
): Focus {
  const all = { x: 0, y: 0, width: picture.widthPx, height: picture.heightPx };
  const corners = [
    ...quads.flat(),
    ...(portrait === null
      ? []
      : ([
          [portrait.box.x0Px, portrait.box.y0Px],
          [portrait.box.x1Px, portrait.box.y1Px],
        ] as const)),
  ];
  if (quads.length < 4) return all;
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const box = { x0Px: Math.min(...xs), y0Px: Math.min(...ys), x1Px: Math.max(...xs), y1Px: Math.max(...ys) };
  const rim = RIM * Math.max(box.x1Px - box.x0Px, box.y1Px - box.y0Px);
  const x = Math.max(0, box.x0Px - rim);
  const y = Math.max(0, box.y0Px - rim);
  return {
    x,
    y,
    width: Math.min(picture.widthPx, box.x1Px + rim) - x,
    height: Math.min(picture.heightPx, box.y1Px + rim) - y,
  };
}
