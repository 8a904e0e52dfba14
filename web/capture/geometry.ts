/** A rectangle in parts of a picture, from 0 to 1; the origin at the top left. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type Size = { readonly width: number; readonly height: number };

export const centreOf = ({ x, y, width, height }: Box): { x: number; y: number } => ({
  x: x + width / 2,
  y: y + height / 2,
});

/**
 * Which part of a picture is seen in a view that it covers (`object-fit: cover`): the middle, cut at two sides.
 * @param picture,view sizes in px of any unit; neither is empty.
 */
export function seenPart(picture: Size, view: Size): Box {
  const scale = Math.max(view.width / picture.width, view.height / picture.height);
  const width = view.width / (picture.width * scale);
  const height = view.height / (picture.height * scale);
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

/** Where a box of the view lies in the picture behind it. */
export function toPicture(inView: Box, seen: Box): Box {
  return {
    x: seen.x + inView.x * seen.width,
    y: seen.y + inView.y * seen.height,
    width: inView.width * seen.width,
    height: inView.height * seen.height,
  };
}

/** The box with a margin on each side, in parts of its own width and height, kept within the picture. */
export function withMargin({ x, y, width, height }: Box, margin: number): Box {
  const left = Math.max(0, x - width * margin);
  const top = Math.max(0, y - height * margin);
  return {
    x: left,
    y: top,
    width: Math.min(1, x + width * (1 + margin)) - left,
    height: Math.min(1, y + height * (1 + margin)) - top,
  };
}
