import { escapeText } from '../../kernel/html.ts';
import type { OutboxMessage } from './outbox.ts';
import en from './text/en.json' with { type: 'json' };
import es from './text/es.json' with { type: 'json' };

export type OutboxLanguage = 'es' | 'en';

const TEXTS: Readonly<Record<OutboxLanguage, Readonly<Record<keyof typeof en.outbox, string>>>> = {
  es: es.outbox,
  en: en.outbox,
};

const REFRESH_SECONDS = 10;

/** A message and the QR code of its link, as an `<svg>` element; null where it has no link. */
export type ShownMessage = { readonly message: OutboxMessage; readonly qrSvg: string | null };

/**
 * The outbox as a page that stands alone: one style sheet, no script, no request besides its own refresh.
 * @param isComplete whether these are all messages, or the newest of more.
 * @param timeZone of the times shown, as in the IANA database.
 */
export function outboxPage(
  messages: readonly ShownMessage[],
  {
    language,
    isComplete,
    timeZone,
  }: { readonly language: OutboxLanguage; readonly isComplete: boolean; readonly timeZone: string },
): string {
  const texts = TEXTS[language];
  const count = messages.length;
  const counted = !isComplete ? texts.newest : count === 1 ? texts.one : texts.many;
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
  const main =
    count === 0
      ? `<div class="empty"><p><strong>${escapeText(texts.empty)}</strong></p><p>${escapeText(texts.emptyHint)}</p></div>`
      : `<p class="count">${escapeText(counted.replace('{count}', String(count)))}</p>
<ol>
${messages.map((shown) => messageItem(shown, texts, time)).join('\n')}
</ol>`;
  const isLocalOnly = messages.some(({ message: { link } }) => link !== null && leadsHere(link));
  const note = isLocalOnly ? `<p class="note">${escapeText(texts.localOnly)}</p>` : '';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>${count === 0 ? '' : `(${count}) `}${escapeText(texts.title)} · Cotejo</title>
<style>${outboxStyle}</style>
</head>
<body>
<header><h1>${escapeText(texts.title)}</h1><p>${escapeText(texts.lead)}</p>${note}</header>
<main>${main}</main>
<footer><p>${escapeText(texts.refresh)}</p></footer>
</body>
</html>
`;
}

function messageItem(
  { message, qrSvg }: ShownMessage,
  texts: (typeof TEXTS)[OutboxLanguage],
  time: Intl.DateTimeFormat,
): string {
  const { to, sender, text, link, segments, at } = message;
  const length = segments === 1 ? texts.oneSegment : texts.segments.replace('{count}', String(segments));
  const open = link === null ? '' : `<p class="open">${anchor(link, texts.open)}</p>`;
  const code =
    link === null || qrSvg === null
      ? ''
      : `<a class="qr" href="${escapeText(link)}" target="_blank" rel="noopener noreferrer" aria-label="${escapeText(texts.scan)}">${qrSvg}</a>`;
  return `<li>
<div class="message">
<p class="meta"><span>${escapeText(texts.from)} <b>${escapeText(sender)}</b></span> <span>${escapeText(texts.to)} <b>+${escapeText(to)}</b></span></p>
<p class="bubble">${linked(text, link)}</p>
<p class="meta"><time datetime="${escapeText(at)}">${escapeText(time.format(new Date(at)))}</time> <span>${escapeText(length)}</span></p>
${open}</div>
${code}</li>`;
}

/** Whether a link leads to the computer that opens it. */
const leadsHere = (link: string): boolean => /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]/.test(link);

const anchor = (link: string, label: string): string =>
  `<a href="${escapeText(link)}" target="_blank" rel="noopener noreferrer">${escapeText(label)}</a>`;

/** The text with its link made one. */
const linked = (text: string, link: string | null): string =>
  link === null ? escapeText(text) : text.split(link).map(escapeText).join(anchor(link, link));

/** The page's style sheet, byte for byte as it stands in the page: its digest is what the page's policy allows. */
export const outboxStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d8dee4; --paper: #f6f8fa; --card: #fff; --bubble: #eef1f4; --accent: #0b5cad; --on-accent: #fff; --note: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --paper: #0d1117; --card: #151b23; --bubble: #222b36; --accent: #6cb2ff; --on-accent: #0d1117; --note: #3a2f10; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 820px; padding: 32px 20px 48px; font: 16px/1.5 system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; color: var(--ink); background: var(--paper); }
h1 { margin: 0 0 6px; font-size: 26px; line-height: 1.2; letter-spacing: -.01em; }
p { margin: 0; }
header p { max-width: 62ch; color: var(--soft); text-wrap: pretty; }
header .note { max-width: none; margin-top: 14px; padding: 10px 14px; color: var(--ink); background: var(--note); border-radius: 10px; }
.count { margin: 28px 0 10px; font-weight: 600; }
ol { margin: 0; padding: 0; list-style: none; display: grid; gap: 14px; }
li { display: flex; gap: 24px; align-items: start; padding: 18px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.message { flex: 1; min-width: 0; display: grid; gap: 10px; }
.meta { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 14px; color: var(--soft); font-variant-numeric: tabular-nums; }
.meta b { color: var(--ink); font-weight: 600; }
.bubble { padding: 12px 16px; background: var(--bubble); border-radius: 16px 16px 16px 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
.open { display: none; }
.open a { display: block; padding: 12px 16px; text-align: center; font-weight: 600; text-decoration: none; color: var(--on-accent); background: var(--accent); border-radius: 10px; }
.qr { flex: none; width: 168px; line-height: 0; border-radius: 8px; overflow: hidden; border: 1px solid var(--line); }
.qr svg { width: 100%; height: auto; }
.empty { margin-top: 28px; padding: 56px 20px; text-align: center; color: var(--soft); background: var(--card); border: 1px dashed var(--line); border-radius: 12px; }
.empty strong { color: var(--ink); font-size: 18px; }
footer { margin-top: 24px; font-size: 14px; color: var(--soft); }
@media (max-width: 640px) { body { padding: 22px 16px 32px; } li { padding: 16px; } .qr { display: none; } .open { display: block; } }
`;
