/** The account's colour as the page uses it: to fill buttons, with an ink that is read on it. */
export type Accent = { readonly fill: string; readonly ink: string };

export const OWN_ACCENT: Accent = { fill: '#0b5d57', ink: '#ffffff' };

/** @param colour `#rrggbb`; anything else, or null, is the page's own accent. */
export function accentOf(colour: string | null): Accent {
  if (colour === null || !/^#[0-9a-f]{6}$/i.test(colour)) return OWN_ACCENT;
  // One of the two always reaches 4.5:1, for their contrasts multiply to 21.
  const luminance = luminanceOf(colour);
  return { fill: colour, ink: contrastOf(luminance, 1) >= contrastOf(luminance, 0) ? '#ffffff' : '#000000' };
}

/** WCAG 2.2, "contrast ratio", of two relative luminances: 1 to 21. */
export const contrastOf = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** WCAG 2.2, "relative luminance", of an sRGB colour: 0 to 1. */
export function luminanceOf(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
