import topLevelDomains from './top-level-domains.json' with { type: 'json' };

/**
 * Whether a text holds something that a telephone makes into a link, or that a reader takes for one: an address with a scheme, `www.`,
 * a bare domain in any script, an IPv4 address. Characters without width and full-width forms are seen through, as a browser does.
 *
 * An e-mail address is not a link. A sentence that begins right after a full stop (`identidad.Es`) is one when the word is a
 * top-level domain, because telephones do make a link of it.
 */
export function holdsLink(text: string): boolean {
  const plain = asBrowsersRead(text);
  return SCHEME.test(plain) || WWW.test(plain) || IPV4.test(plain) || [...plain.matchAll(DOTTED)].some(isDomain);
}

const SCHEME = /:[/\\]{2}|(?<![\p{L}\p{N}])(?:https?|ftps?|file|data|javascript|intent|market|whatsapp):\S/u;
const WWW = /(?<![\p{L}\p{N}])www\d?\.[\p{L}\p{N}]/u;
const IPV4 = /(?<![\d.,])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\d.,]*\d)/;
const DOTTED =
  /(?<![\p{L}\p{M}\p{N}_-])[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)+|[\p{So}\p{Sk}]\p{M}*\.[\p{L}\p{M}\p{N}_-]+/gu;

const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(topLevelDomains.names.split(' '));

/** Compatibility forms made plain, what has no width left out, every full stop of the world as a dot. */
const asBrowsersRead = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll('\u3002', '.')
    .toLowerCase();

function isDomain({ 0: dotted, index, input }: RegExpExecArray): boolean {
  const before = input.slice(Math.max(0, index - 3), index);
  const after = input.slice(index + dotted.length, index + dotted.length + 2);
  if (/[\p{L}\p{N}_]@$/u.test(before) && !/^[/:?#\\]\S/.test(after)) return false; // the host of an e-mail address
  if (/^\/\S/.test(after) && /\.\p{L}{2,}$/u.test(dotted)) return true; // a path follows: a link whatever the domain
  return namesTopLevelDomain(dotted) || namesTopLevelDomain(inLatin(dotted));
}

/** Telephones end a domain wherever they can: `evil.com` is one in `evil.com.Pulse` and in `evil.com-promo`, and marks of emphasis go. */
function namesTopLevelDomain(dotted: string): boolean {
  const [, ...labels] = dotted.split('.').map((label) => label.replace(/^[_-]+|[_-]+$/g, ''));
  return labels
    .flatMap((label) => [label, label.split('-')[0]!])
    .some((label) => TOP_LEVEL_DOMAINS.has(label) || TOP_LEVEL_DOMAINS.has(inPunycode(label)));
}

/** A label as it stands in the domain name system, by the browser's own rules (UTS #46); the label itself where it has no such form. */
function inPunycode(label: string): string {
  if (!/[^\0-\x7f]/.test(label)) return label;
  try {
    return new URL(`http://${label}/`).hostname;
  } catch {
    return label;
  }
}

/** Letters of other scripts that look like Latin ones, so that `evil.сom` with a Cyrillic с is seen for what it shows. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', һ: 'h', і: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', н: 'h', о: 'o', р: 'p' },
  ...{ ԛ: 'q', г: 'r', ѕ: 's', т: 't', ѵ: 'v', ԝ: 'w', х: 'x', у: 'y', α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o' },
  ...{ ρ: 'p', τ: 't', υ: 'u', χ: 'x', ı: 'i', ɡ: 'g', օ: 'o', ո: 'n', ս: 'u', հ: 'h', ց: 'g' },
};
/** The text in Latin letters, strokes through and under them left out. */
const inLatin = (text: string): string =>
  [...text.replace(/\p{M}/gu, '')].map((letter) => LOOK_ALIKES[letter] ?? letter).join('');
