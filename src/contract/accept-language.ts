export const languages = ['es', 'en'] as const;
export type Language = (typeof languages)[number];

/**
 * The language to speak: English when the caller likes it better than Spanish, else Spanish.
 * @param header `Accept-Language`, as in `en-GB,en;q=0.9,es;q=0.5`. Source: RFC 9110, section 12.5.4.
 */
export function preferredLanguage(header: string | undefined): Language {
  if (header === undefined || header === '*') return 'es';
  let best: Language = 'es';
  let bestQuality = 0;
  for (const piece of header.split(',').slice(0, 20)) {
    const [range = '', ...settings] = piece.split(';').map((part) => part.trim().toLowerCase());
    const language = languages.find((known) => range === known || range.startsWith(`${known}-`));
    const quality = Number(settings.find((setting) => setting.startsWith('q='))?.slice(2) ?? 1);
    if (language === undefined || !(quality > bestQuality)) continue;
    best = language;
    bestQuality = quality;
  }
  return best;
}
