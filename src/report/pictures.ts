import type { FaceMesh } from '../engine/face/face.ts';
import type { Box, Quad, Raster } from '../engine/image/raster.ts';
import { html, type Markup } from '../kernel/html.ts';

/** Turns a picture into a `data:` address. */
export type Encode = (image: Raster) => Promise<string>;

/** What is drawn over a picture, in px of it. */
export type Overlay =
  | { readonly kind: 'quad'; readonly quad: Quad; readonly tone: 'line' | 'field' | 'mrz'; readonly label?: string }
  | { readonly kind: 'box'; readonly box: Box; readonly tone: 'portrait' }
  | { readonly kind: 'mesh'; readonly mesh: FaceMesh };

/** A picture with what was found on it; `focus` is the part that is shown, in px of it. */
export async function picture(
  image: Raster,
  overlays: readonly Overlay[],
  encode: Encode,
  shownWidthPx: number,
  focus: Box = { x0Px: 0, y0Px: 0, x1Px: image.widthPx, y1Px: image.heightPx },
): Promise<Markup> {
  const { widthPx: width, heightPx: height } = image;
  const shown = [focus.x0Px, focus.y0Px, focus.x1Px - focus.x0Px, focus.y1Px - focus.y0Px].map(round).join(' ');
  return html`<svg class="picture" style="max-width: ${shownWidthPx}px" viewBox="${shown}" role="img">
    <image href="${await encode(image)}" width="${width}" height="${height}" />
    ${overlays.map((overlay) => drawn(overlay, focus.x1Px - focus.x0Px))}
  </svg>`;
}

/** The part of a picture that holds all that was found on it, with a margin; the whole picture when nothing was. */
export function focusOn(image: Raster, overlays: readonly Overlay[]): Box {
  const corners = overlays.flatMap((overlay) =>
    overlay.kind === 'quad'
      ? overlay.quad
      : overlay.kind === 'box'
        ? [[overlay.box.x0Px, overlay.box.y0Px] as const, [overlay.box.x1Px, overlay.box.y1Px] as const]
        : [],
  );
  if (corners.length === 0) return { x0Px: 0, y0Px: 0, x1Px: image.widthPx, y1Px: image.heightPx };
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const margin = 0.06 * (Math.max(...xs) - Math.min(...xs));
  return {
    x0Px: Math.max(0, Math.min(...xs) - margin),
    y0Px: Math.max(0, Math.min(...ys) - margin),
    x1Px: Math.min(image.widthPx, Math.max(...xs) + margin),
    y1Px: Math.min(image.heightPx, Math.max(...ys) + margin),
  };
}

function drawn(overlay: Overlay, imageWidthPx: number): Markup {
  switch (overlay.kind) {
    case 'box': {
      const { x0Px, y0Px, x1Px, y1Px } = overlay.box;
      return html`<rect
        class="box ${overlay.tone}"
        x="${round(x0Px)}"
        y="${round(y0Px)}"
        width="${round(x1Px - x0Px)}"
        height="${round(y1Px - y0Px)}"
      />`;
    }
    case 'quad': {
      const [x, y] = overlay.quad[0];
      const points = overlay.quad.map((corner) => corner.map(round).join(',')).join(' ');
      const scale = Math.max(1, imageWidthPx / 700);
      return html`<polygon class="box ${overlay.tone}" points="${points}" />${
          overlay.label !== undefined &&
          html`<text x="${round(x)}" y="${round(y - 3)}" style="font-size: ${round(12 * scale)}px"
            >${overlay.label}</text
          >`
        }`;
    }
    case 'mesh': {
      const { points } = overlay.mesh;
      let path = '';
      for (let at = 0; at < points.length; at += 3) path += `M${round(points[at]!)} ${round(points[at + 1]!)}h.01`;
      return html`<path
        d="${path}"
        stroke="#58d0ff"
        stroke-width="${round(Math.max(1.2, imageWidthPx / 160))}"
        stroke-linecap="round"
      />`;
    }
  }
}

const round = (value: number): string => (Math.round(value * 10) / 10).toString();
