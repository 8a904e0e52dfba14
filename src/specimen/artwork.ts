import type { Random } from '../kernel/random.ts';
import type { Sheet } from './sheet.ts';

/** Our own decorative elements: fine lines, rosettes, bands, a chip. None of them copies an issuer's design. */

export type Palette = { readonly paper: string; readonly hues: readonly [number, number] };

/** Rounded card on which everything is drawn. */
export function paper(sheet: Sheet, fill: string, cornerRadius = 30): void {
  sheet.draw(`<rect width="${sheet.width}" height="${sheet.height}" rx="${cornerRadius}" fill="${fill}"/>`);
}

/** A soft wash from one colour to another across the sheet. */
export function wash(sheet: Sheet, id: string, stops: readonly string[], vertical = false): void {
  const step = 100 / (stops.length - 1);
  sheet.draw(
    `<defs><linearGradient id="${id}" x1="0" y1="0" x2="${vertical ? 0 : 1}" y2="${vertical ? 1 : 0.25}">` +
      stops.map((colour, i) => `<stop offset="${i * step}%" stop-color="${colour}"/>`).join('') +
      `</linearGradient></defs><rect width="${sheet.width}" height="${sheet.height}" rx="30" fill="url(#${id})"/>`,
  );
}

/** Families of fine waves, as security printing has them; their phases come from `random`. */
export function guilloche(
  sheet: Sheet,
  random: Random,
  {
    hues,
    lines = 60,
    swing = 34,
    opacity = 0.4,
    weight = 1.1,
  }: {
    hues: readonly [number, number];
    lines?: number;
    swing?: number;
    opacity?: number;
    weight?: number;
  },
): void {
  const waves = 2 + Math.floor(random() * 2);
  const phase = random() * Math.PI * 2;
  const paths: string[] = [];
  for (let line = 0; line < lines; line++) {
    const base = ((line + 0.5) / lines) * (sheet.height + 2 * swing) - swing;
    let path = '';
    for (let x = 0; x <= 64; x++) {
      const u = x / 64;
      const y =
        base + swing * Math.sin(u * Math.PI * 2 * waves + phase + line * 0.09) * Math.cos(u * 3.1 + line * 0.05);
      path += `${x === 0 ? 'M' : 'L'}${(u * sheet.width).toFixed(1)} ${y.toFixed(1)}`;
    }
    const hue = hues[0] + ((hues[1] - hues[0]) * line) / lines;
    paths.push(`<path d="${path}" stroke="hsl(${hue.toFixed(0)},55%,68%)"/>`);
  }
  sheet.draw(
    `<g fill="none" stroke-width="${weight}" stroke-opacity="${opacity}" stroke-linejoin="round">${paths.join('')}</g>`,
  );
}

/** A flower of turned ellipses. */
export function rosette(sheet: Sheet, x: number, y: number, radius: number, hue: number, opacity = 0.35): void {
  const petals = Array.from(
    { length: 18 },
    (_, i) =>
      `<ellipse rx="${radius}" ry="${(radius * 0.42).toFixed(1)}" transform="rotate(${i * 10})" stroke="hsl(${hue + i},50%,60%)"/>`,
  );
  sheet.draw(
    `<g transform="translate(${x} ${y})" fill="none" stroke-width="1.2" stroke-opacity="${opacity}">${petals.join('')}</g>`,
  );
}

/** Slanted bands of fine lines. */
export function band(sheet: Sheet, x: number, width: number, lean: number, colour: string, opacity = 0.4): void {
  const lines: string[] = [];
  for (let offset = 0; offset < width; offset += 5) lines.push(`M${x + offset} 0L${x + offset + lean} ${sheet.height}`);
  sheet.draw(
    `<path d="${lines.join('')}" fill="none" stroke="${colour}" stroke-width="2.4" stroke-opacity="${opacity}"/>`,
  );
}

/** A contact chip: a rounded plate with its cuts. */
export function chip(sheet: Sheet, x: number, y: number, width = 120, height = 110): void {
  const cut = (d: string): string => `<path d="${d}" fill="none" stroke="#6f5a23" stroke-width="2"/>`;
  sheet.draw(
    `<g transform="translate(${x} ${y})"><rect width="${width}" height="${height}" rx="16" fill="#cfae5c" stroke="#8a7233" stroke-width="2"/>` +
      cut(
        `M0 ${height / 3}H${width * 0.36}M0 ${(height * 2) / 3}H${width * 0.36}M${width} ${height / 3}H${width * 0.64}M${width} ${(height * 2) / 3}H${width * 0.64}` +
          `M${width * 0.36} 0V${height}M${width * 0.64} 0V${height}`,
      ) +
      `</g>`,
  );
}

/** A plain blue field with a two-letter code: says which country a card is about without its flag or arms. */
export function countryField(sheet: Sheet, x: number, y: number, width: number, height: number, colour: string): void {
  sheet.draw(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colour}"/>`);
}

/** The chip-inside symbol: a bar, a circle, a bar. */
export function chipSymbol(sheet: Sheet, x: number, y: number, colour: string): void {
  sheet.draw(
    `<g transform="translate(${x} ${y})"><rect width="58" height="36" rx="3" fill="${colour}"/>` +
      `<path d="M4 18H17M41 18H54" stroke="#fff" stroke-width="4"/><circle cx="29" cy="18" r="10" fill="none" stroke="#fff" stroke-width="4"/></g>`,
  );
}

/** Something like a signature: a few loops of ink. */
export function signature(sheet: Sheet, random: Random, x: number, y: number, width: number): void {
  let path = `M${x} ${y}`;
  const loops = 6 + Math.floor(random() * 4);
  const step = width / loops;
  for (let loop = 0; loop < loops; loop++) {
    const from = x + loop * step;
    const up = 14 + random() * 34;
    path += `C${(from + step * 0.1).toFixed(1)} ${(y - up).toFixed(1)} ${(from + step * (0.9 + random())).toFixed(1)} ${(y - up).toFixed(1)} ${(from + step * 0.8).toFixed(1)} ${(y + random() * 16).toFixed(1)}`;
  }
  path += `Q${x + width * 1.1} ${y + 8} ${x + width * 0.2} ${y + 20}`;
  sheet.draw(`<path d="${path}" fill="none" stroke="#23232b" stroke-width="2.6" stroke-linecap="round"/>`);
}

/** An emblem of nothing in particular: a tower in a ring. */
export function emblem(sheet: Sheet, x: number, y: number, size: number, colour: string, opacity = 0.3): void {
  sheet.draw(
    `<g transform="translate(${x} ${y}) scale(${size / 100})" fill="none" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="4">` +
      `<circle r="50"/><circle r="44" stroke-width="1.5"/><path d="M-22 30V-14H-14V-22H-6V-14H6V-22H14V-14H22V30ZM-8 30V12A8 8 0 0 1 8 12V30M-30 30H30"/></g>`,
  );
}
