/** Something that must not come out: what it is, and the text itself. */
export type Canary = { readonly what: string; readonly text: string };

/** Every canary that a text holds, in any of the forms in which programs write things down. */
export function found(canaries: readonly Canary[], text: string): string[] {
  const lower = text.toLowerCase();
  return canaries.flatMap((canary) =>
    formsOf(canary.text)
      .filter(([, form]) => lower.includes(form.toLowerCase()))
      .map(([name]) => `${canary.what} as ${name}`),
  );
}

/** As it is, in base64 at each of the three places where it can begin, in hex, and percent-encoded whole or where it must be. */
export function formsOf(text: string): readonly (readonly [name: string, form: string])[] {
  const bytes = Buffer.from(text, 'utf8');
  const hex = bytes.toString('hex');
  return [
    ['text', text],
    ['JSON', JSON.stringify(text).slice(1, -1)],
    ['hex', hex],
    ['URL', encodeURIComponent(text)],
    ['URL of all', hex.replace(/../g, '%$&')],
    ...[0, 1, 2].map((begins) => [`base64 from ${begins}`, withinBase64(bytes, begins)] as const),
  ];
}

/** The characters of base64 that the bytes alone decide when so many others come before them. */
function withinBase64(bytes: Buffer, begins: number): string {
  const whole = Buffer.concat([Buffer.alloc(begins), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((begins * 8) / 6);
  const last = Math.floor(((begins + bytes.length) * 8) / 6);
  return whole.slice(first, last);
}
