import type { FaceMesh } from '../engine/face/face.ts';
import type { Box, Quad, Raster } from '../engine/image/raster.ts';
import { html, type Markup } from './html.ts';

/** Turns a picture into a `data:` address. */
export type Encode = (image: Raster) => Promise<string>;

/** What is drawn over a picture, in px of it. */
export type Overlay =
  | { readonly kind: 'quad'; readonly quad: Quad; readonly tone: 'line' | 'field' | 'mrz'; readonly label?: string }
  | { readonly kind: 'box'; readonly box: Box; readonly tone: 'portrait' }
  | { readonly kind: 'mesh'; readonly mesh: FaceMesh };

/** A picture with what was found on it. */
export async function picture(
  image: Raster,
  overlays: readonly Overlay[],
  encode: Encode,
  widthPx: number,
): Promise<Markup> {
  const { widthPx: width, heightPx: height } = image;
  return html`<svg class="picture" style="max-width: ${widthPx}px" viewBox="0 0 ${width} ${height}" role="img">
    <image href="${await encode(image)}" width="${width}" height="${height}" />
    ${overlays.map((overlay) => drawn(overlay, width))}
  </svg>`;
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
