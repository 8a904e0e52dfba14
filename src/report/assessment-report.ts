import type { OperatingLine } from '../engine/decision/operating-line.ts';
import type { Exhibits, Timings } from '../engine/exhibits.ts';
import type { Raster } from '../engine/image/raster.ts';
import { isMeasured, type Assessment, type AttributeAnswer, type Finding } from '../verification/assessment.ts';
import { lineChart, ticks } from './charts.ts';
import { html, type Markup } from '../kernel/html.ts';
import { page } from './page.ts';
import { focusOn, picture, type Encode, type Overlay } from './pictures.ts';
import type { Texts } from './texts.ts';

export type AssessmentReport = {
  readonly assessment: Assessment;
  readonly exhibits: Exhibits;
  readonly timings: Timings;
  readonly operatingLines: readonly OperatingLine[];
  /** The number that the wire's result leads with. */
  readonly resultFigure: number;
  readonly at: string;
};

/** What the engine saw and how it came to its answer, as one HTML file. */
export async function assessmentReport(report: AssessmentReport, texts: Texts, encode: Encode): Promise<string> {
  const { assessment, exhibits, timings } = report;
  const t = texts.report;
  const body = html`
    <h1>Cotejo · ${t.title}</h1>
    <p class="soft">${report.at} · ${t.personalData}</p>
    <div class="verdict ${assessment.outcome}">
      <div class="figure">${figure(report.resultFigure)}</div>
      <div>
        <strong>${texts.outcome[assessment.outcome]}</strong>
        ${assessment.reasons.map(
          ({ slug, check }) => html`<p>${texts.reasons[slug]} <span class="soft mono">${slug} · ${check}</span></p>`,
        )}
      </div>
    </div>
    ${await videoSection(exhibits.video, texts, encode)} ${await facesSection(exhibits, assessment, t, encode)}
    ${await documentSection(exhibits.document, assessment, t, encode)}
    <h2>${t.checks}</h2>
    ${checksTable(report, texts)}
    <h2>${t.attributes}</h2>
    ${attributesTable(assessment, t)}
    <h2>${t.times}</h2>
    ${timesTable(timings)}
  `;
  return page(`Cotejo · ${t.title}`, texts.language, body);
}

async function videoSection(video: Exhibits['video'], texts: Texts, encode: Encode): Promise<Markup> {
  if (video === null) return html``;
  const t = texts.report;
  const { codec, widthPx, heightPx, durationMs, storedFrames } = video.facts;
  const frames = await Promise.all(
    video.frames.map(async ({ image, mesh, atMs, quality }) => {
      const drawn = await picture(image, [{ kind: 'mesh', mesh }], encode, 190);
      return html`<figure style="width: 190px">
        ${drawn}
        <figcaption>${seconds(atMs)} · ${figure(quality, 2)}</figcaption>
      </figure>`;
    }),
  );
  return html`<h2>${t.video}</h2>
    <p class="soft">${codec} · ${widthPx} × ${heightPx} px · ${seconds(durationMs)} · ${storedFrames} ${t.frames}</p>
    <h3>${t.framesUsed}</h3>
    <div class="row">${frames}</div>
    <h3>${t.challenge}</h3>
    ${video.challenge === null ? html`<p class="soft">${t.noChallenge}</p>` : challengeChart(video.challenge, texts)}`;
}

/** Person and portrait as the comparison sees them. */
async function facesSection(
  { video, document }: Exhibits,
  { similarityPercent }: Assessment,
  t: Texts['report'],
  encode: Encode,
): Promise<Markup> {
  const shown = async (image: Raster | null | undefined, caption: string): Promise<Markup | null> =>
    image === null || image === undefined
      ? null
      : html`<figure style="width: 168px">
          ${await picture(image, [], encode, 168)}
          <figcaption>${caption}</figcaption>
        </figure>`;
  return html`<h2>${t.faces}</h2>
    <div class="row" style="align-items: center">
      ${await shown(video?.alignedFace, t.fromVideo)} ${await shown(document?.portrait?.alignedFace, t.fromDocument)}
      <div>
        <div class="soft">${t.similarity}</div>
        <div style="font-size: 28px; font-weight: 700">
          ${similarityPercent === null ? '–' : `${figure(similarityPercent)} %`}
        </div>
      </div>
    </div>`;
}

/** The four curves in units of their thresholds, so that they share one axis: beyond ±1 a gesture is there. */
function challengeChart(
  challenge: NonNullable<NonNullable<Exhibits['video']>['challenge']>,
  { report: t, gestures }: Texts,
): Markup {
  const { curves, steps } = challenge;
  const lastMs = Math.max(1000, curves.atMs.at(-1) ?? 0, ...steps.map(({ toMs }) => toMs));
  const over = (values: readonly (number | null)[], scaled: (value: number) => number) =>
    curves.atMs.map((atMs, at) => [atMs / 1000, (values[at] ?? null) === null ? null : scaled(values[at]!)] as const);
  return lineChart({
    title: t.challenge,
    xLabel: 's',
    yLabel: t.timesThreshold,
    x: [0, lastMs / 1000],
    y: [-3, 3],
    xTicks: ticks(0, lastMs / 1000, 10),
    yTicks: ticks(-3, 3, 6),
    bands: steps.map(({ fromMs, toMs, gesture, verdict }, at) => ({
      from: fromMs / 1000,
      to: toMs / 1000,
      label: `${verdict === 'followed' ? '✓' : '✗'} ${gestures[gesture]}`,
      row: at,
      tone: verdict === 'followed' ? 'pass' : 'fail',
    })),
    levels: [
      { at: 1, label: '' },
      { at: -1, label: '' },
    ],
    series: [
      { label: t.curveTurn, tone: 'a', points: over(curves.turn, (turn) => turn / 0.3) },
      { label: t.curveNod, tone: 'b', points: over(curves.nod, (nod) => (nod > 0 ? nod / 0.06 : nod / 0.07)) },
      { label: gestures.smile, tone: 'c', points: over(curves.smile, (smile) => (smile - 1) / 0.14) },
      { label: gestures['come-closer'], tone: 'd', points: over(curves.closer, (closer) => (closer - 1) / 0.18) },
    ],
  });
}

async function documentSection(
  document: Exhibits['document'],
  assessment: Assessment,
  t: Texts['report'],
  encode: Encode,
): Promise<Markup> {
  if (document === null) return html``;
  const sides = await Promise.all(
    document.sides.map(async ({ side, image, lines, fields, mrzRows }) => {
      const overlays: Overlay[] = [
        ...lines.map(({ quad }) => ({ kind: 'quad', quad, tone: 'line' }) as const),
        ...mrzRows.map((quad) => ({ kind: 'quad', quad, tone: 'mrz' }) as const),
        ...fields.map(({ name, quad }) => ({ kind: 'quad', quad, tone: 'field', label: name }) as const),
      ];
      if (document.portrait?.side === side)
        overlays.push({ kind: 'box', box: document.portrait.box, tone: 'portrait' });
      const drawn = await picture(image, overlays, encode, 520, focusOn(image, overlays));
      return html`<figure style="flex: 1 1 420px">
        ${drawn}
        <figcaption>${side} · ${image.widthPx} × ${image.heightPx} px</figcaption>
      </figure>`;
    }),
  );
  const facts = assessment.document;
  return html`<h2>${t.document}</h2>
    <div class="row">${sides}</div>
    ${
      facts !== null &&
      html`<h3>${t.fields} · <code>${facts.type}</code></h3>
        <table>
          <tr>
            <th>${t.field}</th>
            <th>${t.value}</th>
            <th>${t.readFrom}</th>
          </tr>
          ${Object.entries(facts.fields).map(
            ([name, { text, from, folded }]) =>
              html`<tr>
                <td>${name}</td>
                <td class="mono">${text}${folded && html` <span class="soft">(${t.folded})</span>`}</td>
                <td>${from}</td>
              </tr>`,
          )}
        </table>
        ${
          facts.mrz !== null &&
          html`<h3>${t.mrz} · ${facts.mrz.format} · ${facts.mrz.agreement}</h3>
            <pre class="mono">${facts.mrz.lines.join('\n')}</pre>
            <p class="soft">
              ${facts.mrz.checks.map(({ name, passed, passedRaw }) => `${name} ${passed ? (passedRaw ? '✓' : '(✓)') : '✗'}`).join(' · ')}
            </p>`
        }
        <h3>${t.crossChecks}</h3>
        <table>
          ${facts.crossChecks.map(
            ({ name, holds, reason }) =>
              html`<tr>
                <td>${name}</td>
                <td>
                  ${holds === null ? mark('none', `– ${t.notChecked}`) : holds ? mark('pass', `✓ ${t.holds}`) : mark('fail', `✗ ${t.broken}`)}
                </td>
                <td class="soft">${reason ?? ''}</td>
              </tr>`,
          )}
        </table>`
    }`;
}

function checksTable({ assessment, operatingLines }: AssessmentReport, texts: Texts): Markup {
  const t = texts.report;
  const lines = new Map(operatingLines.map((line) => [line.check, line]));
  return html`<table>
    <tr>
      <th>${t.check}</th>
      <th class="number">${t.measured}</th>
      <th>${t.heldAgainst}</th>
      <th>${t.verdict}</th>
      <th>${t.model}</th>
    </tr>
    ${assessment.findings.map((finding) => {
      const line = lines.get(finding.check);
      return html`<tr>
        <td>
          ${finding.check}${isMeasured(finding) && html`<br /><span class="soft">↑ ${finding.higherMeans}</span>`}
        </td>
        <td class="number">
          ${isMeasured(finding) ? figure(finding.score, 3) : html`<span class="soft">${finding.inconclusive}</span>`}
        </td>
        <td>
          ${line !== undefined && html`${line.passes === 'below' ? '<' : '≥'} ${line.at}<br /><span class="soft">${line.measuredOn}</span>`}
        </td>
        <td>${verdict(finding, assessment, line, t)}</td>
        <td class="mono soft">${finding.model ?? ''}</td>
      </tr>`;
    })}
  </table>`;
}

function verdict(
  finding: Finding,
  assessment: Assessment,
  line: OperatingLine | undefined,
  t: Texts['report'],
): Markup {
  const against = assessment.reasons.filter(({ check }) => check === finding.check);
  if (against.some(({ weighs }) => weighs === 'refuse')) return mark('fail', `✗ ${t.fail}`);
  if (against.length > 0) return mark('doubt', `? ${t.doubt}`);
  if (!isMeasured(finding)) return mark('none', `– ${t.inconclusive}`);
  return line === undefined ? mark('none', `· ${t.notJudged}`) : mark('pass', `✓ ${t.pass}`);
}

const mark = (tone: 'pass' | 'doubt' | 'fail' | 'none', text: string): Markup =>
  html`<span class="mark ${tone}">${text}</span>`;

function attributesTable({ attributes }: Assessment, t: Texts['report']): Markup {
  const answerWords = { yes: t.yes, no: t.no, 'not-measurable': t.notMeasurable };
  const answer = ({ answer: word, reason, score }: AttributeAnswer): string =>
    [answerWords[word], reason, score === undefined ? undefined : `z ${figure(score, 2)}`]
      .filter((part) => part !== undefined)
      .join(' · ');
  const { sex, ageRange } = attributes;
  const rows: readonly (readonly [string, string])[] = [
    [t.beard, answer(attributes.beard)],
    [t.moustache, answer(attributes.moustache)],
    [t.readingGlasses, answer(attributes.readingGlasses)],
    [t.sunglasses, answer(attributes.sunglasses)],
    [
      t.apparentSex,
      sex === null ? (attributes.sexReason ?? '') : `${t[sex.value]} · ${figure(sex.probabilityPercent, 0)} %`,
    ],
    [t.apparentAge, ageRange === null ? (attributes.ageReason ?? '') : `${ageRange.fromYears}–${ageRange.toYears}`],
  ];
  return html`<table>
    ${rows.map(
      ([name, text]) =>
        html`<tr>
          <td>${name}</td>
          <td>${text}</td>
        </tr>`,
    )}
  </table>`;
}

function timesTable({ stages, inferenceMs }: Timings): Markup {
  const row = (name: string, ms: number): Markup =>
    html`<tr>
      <td>${name}</td>
      <td class="number">${figure(ms, 0)} ms</td>
    </tr>`;
  return html`<table>
    ${stages.map(({ stage, ms }) => row(stage, ms))}
    ${Object.entries(inferenceMs).map(([name, ms]) => row(`· ${name}`, ms))}
  </table>`;
}

const figure = (value: number, digits = 2): string => (Number.isInteger(value) ? String(value) : value.toFixed(digits));
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
