import type { Bytes } from '../kernel/der.ts';
import type { Fonts } from './fonts.client.ts';
import { statementKeyword } from './keyword.ts';
import { manifestOf, MANIFEST_NAME } from './manifest.ts';
import { plainText } from './plain-text.ts';
import type { QrPath } from './qr-path.client.ts';
import { body, openSheet, page, small, soft, textWidth, type Cell, type Sheet, type Type } from './sheet.client.ts';
import { digest } from './signed-data.client.ts';
import { modelsOf, type PictureName, type Statement, type StatementPicture } from './statement.ts';
import { certificateTexts, filled, wordsFor, type CertificateTexts } from './texts.ts';

export type LayoutTools = { readonly fonts: Fonts; readonly qrPath: (text: string) => Promise<QrPath> };
export type Layout = {
  readonly statement: Statement;
  /** JPEGs, each as the statement says by digest. */
  readonly pictures: readonly StatementPicture[];
  /** A JPEG or PNG of the account's; null: its name will do. */
  readonly logo: Uint8Array | null;
};

/** What the code on the last page says: a prefix, the verification's ID, the digest of the statement. */
export const codeText = (statement: Statement, statementSha256: string): string =>
  statement.issuer.checkUrl === null
    ? `COTEJO:${statement.id}:${statementSha256}`
    : `${statement.issuer.checkUrl}#${statement.id}:${statementSha256}`;

const title: Type = { face: 'bold', size: 19 };
const h2: Type = { face: 'bold', size: 12.5 };
const h3: Type = { face: 'bold', size: 9.5 };
const lead: Type = { face: 'serif', size: 10.5 };
const strong: Type = { face: 'bold', size: 11 };
const digestType: Type = { face: 'mono', size: 7.2, colour: soft };
const label: Type = { face: 'italic', size: 8.5, colour: soft };
const number: Type = { face: 'mono', size: 8 };

type Pen = {
  readonly sheet: Sheet;
  readonly statement: Statement;
  readonly t: CertificateTexts;
  /** Somebody else's text as the page may show it. */
  readonly shown: (text: string, mostCharacters?: number) => string;
  readonly time: (instant: string) => string;
  readonly pictureOf: (name: PictureName) => StatementPicture | undefined;
  readonly statementSha256: string;
};

/**
 * A statement as pages (A4, tagged, PDF/A-3b by intent) with the statement attached. The same statement, pictures and logo give the same bytes.
 * Nothing on the pages can be followed or run, whatever the texts hold.
 */
export async function layOut({ statement, pictures, logo }: Layout, { fonts, qrPath }: LayoutTools): Promise<Bytes> {
  const t = certificateTexts[statement.language];
  const manifest = manifestOf(statement);
  const statementSha256 = hex(digest('sha256', manifest));
  const sheet = openSheet({
    fonts,
    language: statement.language,
    title: `${t.title} ${statement.id}`,
    keywords: statementKeyword(statementSha256),
    creator: 'Cotejo',
    at: new Date(statement.issuer.issuedAt),
  });
  const pen: Pen = {
    sheet,
    statement,
    t,
    shown: (text, most) => plainText(text, sheet.hasGlyph, most),
    time: clockFace(statement),
    pictureOf: (name) => pictures.find((picture) => picture.name === name),
    statementSha256,
  };
  sheet.attach(MANIFEST_NAME, manifest, t.manifestDescription);
  answers(pen, logo);
  path(pen);
  documentAsRead(pen);
  allPictures(pen);
  measured(pen);
  evidence(pen);
  howToCheck(pen, await qrPath(codeText(statement, statementSha256)));
  // What must not be missed stands at the foot of every page as well.
  const warnings = [
    ...(statement.isTest ? [t.testTitle] : []),
    ...(statement.issuer.isDemonstration ? [t.demonstrationTitle] : []),
  ];
  return sheet.close((pageNumber, pages) => [
    [`${t.verification} ${statement.id}`, ...(warnings.length === 0 ? [t.title] : warnings)].join(' · '),
    filled(t.page, { page: pageNumber, pages }),
  ]);
}

/** The first page answers alone: who, which document, by whom asked, when, the outcome, how sure, who ruled. */
function answers({ sheet, statement, t, shown, time, pictureOf }: Pen, logo: Uint8Array | null): void {
  const { outcome, ruling, document, askedBy, request, issuer } = statement;
  sheet.section();
  if (logo !== null) {
    const box = { x: page.left, y: sheet.y, width: 150, height: 38 };
    sheet.y += sheet.picture(logo, filled(t.logoAlt, { name: lettersOf(shown(askedBy.name, 80)) }), box) + 14;
  }
  sheet.heading('H1', t.title, title);
  sheet.gap(3);
  sheet.paragraph(
    `${filled(t.subject, { id: statement.id })} · ${filled(t.issued, { time: time(issuer.issuedAt) })}`,
    small,
  );
  sheet.gap(12);
  if (statement.isTest) {
    sheet.notice(t.testTitle, t.test);
    sheet.gap(10);
  }
  if (issuer.isDemonstration) {
    sheet.notice(t.demonstrationTitle, t.demonstration);
    sheet.gap(10);
  }
  sheet.paragraph(t.leadPositive, lead);
  sheet.gap(10);
  const field = (name: string): string | null => document?.fields.find((own) => own.name === name)?.text ?? null;
  const name = [field('givenNames'), field('surnames')].filter((part) => part !== null).join(' ');
  const similarityLine = statement.findings.find(({ check }) => check === 'face/comparison')?.line ?? null;
  const of = (text: string, type: Type) => ({ text, type });
  const submittedAt = statement.steps.findLast((step) => step.name === 'submitted')?.at ?? ruling.at;
  const rows: readonly (readonly [string, Cell])[] = [
    [t.who, [of(name === '' ? t.nameUnread : shown(name), strong), ...numberLine()]],
    [t.document, documentCell()],
    [
      t.askedBy,
      [
        of(shown(askedBy.name), strong),
        of(
          [
            filled(t.account, { account: shown(askedBy.accountId) }),
            ...(request.reference === null ? [] : [filled(t.reference, { reference: shown(request.reference, 100) })]),
          ].join(', '),
          small,
        ),
      ],
    ],
    [
      t.when,
      [
        of(filled(t.whenSpan, { submitted: time(submittedAt), ruled: time(ruling.at) }), body),
        of(filled(t.zone, { zone: shown(statement.timeZone) }), small),
      ],
    ],
    [t.outcomeTitle, [of(t.validated, strong), of(t.outcome[outcome.assessed], body)]],
    [t.sureness, sureness()],
    [t.ruledBy, ruledBy()],
  ];
  const faces = (['compared-face', 'compared-portrait'] as const).map(pictureOf).filter((one) => one !== undefined);
  const pairWidth = faces.length > 0 ? 104 : 0;
  const { y } = sheet;
  sheet.table([{ width: 92, type: label }, { width: textWidth - 92 - pairWidth }], null, rows);
  const below = sheet.y;
  let at = y + 6;
  for (const { name: pictureName, jpeg } of faces) {
    const x = page.width - page.right - 92;
    at += sheet.picture(jpeg, t.picture[pictureName], { x, y: at, width: 92, height: 92 }) + 3;
    sheet.y = at;
    sheet.paragraph(t.picture[pictureName], { ...small, size: 7 }, { x, width: 92 });
    at = sheet.y + 8;
  }
  sheet.y = Math.max(below, at);

  function numberLine(): { text: string; type: Type }[] {
    const birth = field('birthDate');
    const parts = [
      ...(field('documentNumber') === null ? [] : [shown(field('documentNumber')!, 60)]),
      ...(birth === null ? [] : [`${t.fields.birthDate.toLowerCase()} ${shown(birth, 40)}`]),
      ...(document === null || document.ageYears === null ? [] : [filled(t.age, { years: document.ageYears })]),
    ];
    return parts.length === 0 ? [] : [of(parts.join(' · '), body)];
  }

  function documentCell(): Cell {
    if (document === null) return t.noDocument;
    const states = [
      ...(document.issuingState === null ? [] : [shown(document.issuingState, 60)]),
      ...(field('expiryDate') === null
        ? []
        : [`${t.fields.expiryDate.toLowerCase()} ${shown(field('expiryDate')!, 40)}`]),
      ...(document.isExpired === null ? [] : [document.isExpired ? t.expired : t.notExpired]),
      ...(document.sidesAgree === null ? [] : [document.sidesAgree ? t.sidesAgree : t.sidesDiffer]),
    ];
    return [
      of(wordsFor(t.documentTypes, shown(document.type)), body),
      ...(states.length === 0 ? [] : [of(states.join(' · '), small)]),
    ];
  }

  function sureness(): Cell {
    const { similarityPercent } = outcome;
    return [
      of(
        similarityPercent === null
          ? t.noSimilarity
          : filled(t.similarity, { percent: decimals(statement, similarityPercent, 2) }),
        body,
      ),
      of(outcome.livenessPassed ? t.livenessYes : t.livenessNo, body),
      ...(similarityLine === null
        ? []
        : [
            of(filled(t.measuredOn, { material: wordsFor(t.materials, shown(similarityLine.measuredOn, 200)) }), small),
          ]),
    ];
  }

  function ruledBy(): Cell {
    if (ruling.by === 'machine') return filled(t.ruledMachine, { policy: shown(ruling.policy, 100) });
    const sentence = filled(t.ruledPerson, { operator: shown(ruling.operator, 100), role: shown(ruling.role, 60) });
    return [
      of(sentence, body),
      ...(ruling.remark === null ? [] : [of(filled(t.remark, { remark: shown(ruling.remark, 400) }), small)]),
    ];
  }
}

/** How it came about, step by step, and from where. */
function path({ sheet, statement, t, shown, time }: Pen): void {
  const { request, device, place, consent, document } = statement;
  sheet.newPage();
  sheet.section();
  sheet.heading('H2', t.path, h2);
  sheet.gap(6);
  sheet.table(
    [{ width: 192 }, { width: 136, type: number }, { width: textWidth - 328, type: number }],
    [t.step, t.time, t.from],
    statement.steps.map(({ name, at, address, port }) => [
      t.steps[name],
      time(at),
      address === null ? '' : [shown(address, 64), ...(port === null ? [] : [filled(t.port, { port })])].join(', '),
    ]),
  );
  sheet.gap(12);
  const asked = request.requestedNumber === null ? null : shown(request.requestedNumber, 60);
  const matches = document?.isRequestedNumber ?? null;
  const numberWords = matches === null ? t.requestedUnknown : matches ? t.requestedYes : t.requestedNo;
  sheet.table([{ width: 130, type: label }, { width: textWidth - 130 }], null, [
    [t.phone, shown(request.phone, 40)],
    [t.requestedNumber, asked === null ? t.requestedAny : filled(numberWords, { number: asked })],
    ...(device === null
      ? []
      : [
          [
            t.device,
            `${shown(device.browser, 100)} · ${shown(device.system, 100)} · ${filled(t.display, { display: shown(device.display, 60) })}`,
          ],
        ]),
    [t.place, placeWords()],
    ...(consent === null
      ? []
      : [
          [
            t.consent,
            filled(t.consentTo, { version: shown(consent.textVersion, 80), language: shown(consent.language, 20) }),
          ],
        ]),
  ]);

  function placeWords(): string {
    if (place === null) return t.placeNotAsked;
    if (place === 'declined') return t.placeDeclined;
    const { latitude, longitude, altitudeM, accuracyM } = place;
    const where = filled(t.placeAt, {
      latitude: latitude.toFixed(6),
      longitude: longitude.toFixed(6),
      accuracy: Math.ceil(accuracyM),
    });
    return altitudeM === null ? where : `${where}, ${filled(t.placeAltitude, { altitude: Math.round(altitudeM) })}`;
  }
}

function documentAsRead({ sheet, statement: { document }, t, shown }: Pen): void {
  if (document === null || document.fields.length === 0) return;
  begin(sheet, t.documentRead);
  sheet.table(
    [{ width: 130, type: label }, { width: textWidth - 280 }, { width: 150, type: small }],
    [t.field, t.value, t.readFrom],
    document.fields.map(({ name, text, from, folded }) => [
      wordsFor(t.fields, shown(name, 60)),
      shown(text, 200),
      `${t.sources[from]}${folded ? `, ${t.folded}` : ''}`,
    ]),
  );
}

/** The sides of the document beside each other, and the faces that were compared; each with its digest. */
function allPictures({ sheet, statement, t, pictureOf }: Pen): void {
  begin(sheet, t.pictures, 240);
  const shownPictures = statement.pictures.flatMap((entry) => {
    const picture = pictureOf(entry.name);
    return picture === undefined ? [] : [{ ...entry, jpeg: picture.jpeg }];
  });
  sheet.paragraph(shownPictures.length === 0 ? t.noPictures : t.picturesLead, small);
  sheet.gap(8);
  const gutter = 18;
  for (const names of PICTURE_ROWS) {
    const row = names.flatMap((name) => shownPictures.find((picture) => picture.name === name) ?? []);
    if (row.length === 0) continue;
    const width = (textWidth - gutter * (names.length - 1)) / names.length;
    const height = Math.max(...row.map(({ widthPx, heightPx }) => Math.min(160, (heightPx * width) / widthPx)));
    sheet.room(height + 46);
    const { y } = sheet;
    let lowest = y;
    for (const [at, { name, jpeg, sha256 }] of row.entries()) {
      const x = page.left + at * (width + gutter);
      sheet.picture(jpeg, t.picture[name], { x, y, width, height });
      sheet.y = y + height + 4;
      sheet.paragraph(t.picture[name], body, { x, width });
      sheet.paragraph(halves(sha256), { ...digestType, size: 6.8 }, { x, width });
      lowest = Math.max(lowest, sheet.y);
    }
    sheet.y = lowest + 14;
  }
}

const PICTURE_ROWS: readonly (readonly PictureName[])[] = [
  ['front', 'back'],
  ['face', 'compared-face', 'compared-portrait'],
  ['portrait'],
];

function measured({ sheet, statement, t, shown }: Pen): void {
  begin(sheet, t.measured);
  sheet.paragraph(t.measuredLead, small);
  sheet.gap(6);
  const line = (finding: Statement['findings'][number]): string =>
    finding.line === null
      ? ''
      : filled(finding.line.passes === 'below' ? t.below : t.atLeast, { line: decimals(statement, finding.line.at) });
  sheet.table(
    [
      { width: 210 },
      { width: 90, type: number },
      { width: 70, type: number },
      { width: textWidth - 370, type: number },
    ],
    [t.check, t.score, t.heldAgainst, t.verdict],
    statement.findings.map((finding) => {
      const words = wordsFor(t.checks, shown(finding.check, 80));
      return [
        words,
        finding.score === null
          ? [{ text: wordsFor(t.inconclusive, shown(finding.inconclusive ?? '', 60)), type: small }]
          : decimals(statement, finding.score),
        line(finding),
        t.verdicts[finding.verdict],
      ];
    }),
  );
  const { reasons } = statement.outcome;
  if (reasons.length > 0) {
    sheet.gap(12);
    sheet.heading('H3', t.reasonsTitle, h3, 20);
    sheet.gap(2);
    for (const { slug } of reasons) sheet.paragraph(wordsFor(t.reasons, shown(slug, 80)), body);
  }
  sheet.gap(12);
  sheet.heading('H3', t.models, h3, 20);
  sheet.gap(2);
  const models = modelsOf(statement);
  if (models.length === 0) sheet.paragraph(t.noModels, body);
  else
    sheet.table(
      [{ width: 150 }, { width: textWidth - 150, type: digestType }],
      null,
      models.map(({ name, sha256 }) => [shown(name, 80), shown(sha256, 64)]),
    );
}

function evidence({ sheet, statement, t, shown, time }: Pen): void {
  begin(sheet, t.evidence);
  sheet.paragraph(filled(t.evidenceLead, { time: time(statement.evidence.sealedAt) }), small);
  const { round } = statement.evidence;
  if (round !== undefined) sheet.paragraph(filled(t.evidenceRound, { round: String(round) }), small);
  sheet.gap(6);
  const bytes = new Intl.NumberFormat(statement.language, { useGrouping: 'always' });
  sheet.table(
    [{ width: 150 }, { width: textWidth - 150, type: digestType }],
    [t.piece, 'SHA-256'],
    [
      ...statement.evidence.items.map(({ kind, mediaType, byteLength, sha256, receivedAt }) => [
        [
          { text: wordsFor(t.evidenceKinds, shown(kind, 60)), type: body },
          {
            text: `${shown(mediaType, 60)}, ${filled(t.bytes, { bytes: bytes.format(byteLength) })}`,
            type: { ...small, size: 7 },
          },
        ],
        [
          { text: sha256, type: digestType },
          { text: time(receivedAt), type: { ...small, size: 7 } },
        ],
      ]),
      [t.wholeSet, statement.evidence.sha256],
    ],
  );
}

function howToCheck({ sheet, statement, t, shown, statementSha256 }: Pen, code: QrPath): void {
  const { issuer } = statement;
  begin(sheet, t.howToCheck, 290); // all of it on one page
  const side = 108;
  const width = textWidth - side - 24;
  const { y } = sheet;
  sheet.code(code.path, code.modules, t.qrAlt, { x: page.width - page.right - side, y, width: side });
  sheet.y = y;
  const steps = t.howToCheckSteps.filter((step) => issuer.checkUrl !== null || !step.includes('{url}'));
  for (const [at, step] of steps.entries()) {
    const text = filled(step, { manifest: MANIFEST_NAME, url: shown(issuer.checkUrl ?? '', 200) });
    sheet.paragraph(`${at + 1}. ${text}`, body, { width });
    sheet.gap(4);
  }
  sheet.y = Math.max(sheet.y, y + side + 6);
  sheet.gap(8);
  sheet.table([{ width: 130, type: label }, { width: textWidth - 130 }], null, [
    [t.statementDigest, [{ text: statementSha256, type: digestType }]],
    [t.signedBy, shown(issuer.signer)],
    [t.madeBy, shown(issuer.software, 80)],
  ]);
}

function begin(sheet: Sheet, heading: string, needs?: number): void {
  sheet.section();
  sheet.gap(22);
  sheet.heading('H2', heading, h2, needs ?? 90);
  sheet.gap(6);
}

/** `2026-11-25 10:03:12 CET`, in the statement's zone. */
function clockFace({ timeZone }: Statement): (instant: string) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
    const offset = parts.get('timeZoneName')!.replace('GMT', 'UTC');
    return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')} ${parts.get('hour')}:${parts.get('minute')}:${parts.get('second')} ${offset}`;
  };
}

/** A number as the language writes it; short ones stay as they are. */
const decimals = ({ language }: Statement, value: number, most = 4): string =>
  value.toLocaleString(language, { maximumFractionDigits: most, useGrouping: false });

/** What is read aloud stands in the file uncompressed: nothing in it may look like a piece of the file. */
const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N} ]+/gu, ' ').trim();

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const halves = (digestText: string): string => `${digestText.slice(0, 32)}\n${digestText.slice(32)}`;
