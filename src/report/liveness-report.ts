import type { CheckEvaluation, LivenessEvaluation, PassiveCounts } from '../evaluation/liveness.ts';
import type { Rate } from '../evaluation/statistics.ts';
import { histogramChart } from './charts.ts';
import {
  evaluationPage,
  figureTable,
  figureText,
  gallery,
  interval,
  percent,
  type FigureRow,
} from './evaluation-page.ts';
import { html, type Markup } from '../kernel/html.ts';

export const livenessText = (evaluation: LivenessEvaluation): string => figureText('liveness', rowsOf(evaluation));

export const livenessReport = (evaluation: LivenessEvaluation): string =>
  evaluationPage(
    'liveness',
    html`${figureTable(rowsOf(evaluation))}
      <h2>Movements</h2>
      <table>
        <tr>
          <th>gesture</th>
          <th class="number">found</th>
          <th class="number">of</th>
        </tr>
        ${Object.entries(evaluation.challenge.byGesture).map(
          ([gesture, { passed, total }]) =>
            html`<tr>
              <td>${gesture}</td>
              <td class="number">${passed}</td>
              <td class="number">${total}</td>
            </tr>`,
        )}
      </table>
      <h2>Checks, each alone at its line</h2>
      ${evaluation.checks.map(checkSection)}
      <h2>Recordings</h2>
      <table>
        <tr>
          <th>file</th>
          <th>kind</th>
          <th>outcome</th>
          <th>reasons</th>
        </tr>
        ${evaluation.items.map(
          ({ file, kind, outcome, reasons }) =>
            html`<tr>
              <td>${file}</td>
              <td>${kind}</td>
              <td>${outcome}</td>
              <td class="soft">${reasons.join(', ')}</td>
            </tr>`,
        )}
      </table>
      <h2>What should have come out otherwise</h2>
      ${gallery(
        evaluation.failures.map(({ file, kind, what, details }) => ({
          pictures: [],
          title: `${file} (${kind}): ${what}`,
          text: details,
        })),
      )}`,
  );

function checkSection({ check, line, passes, apcer, bpcer, bonaFide, attacks }: CheckEvaluation): Markup {
  const scores = [...bonaFide, ...attacks];
  const from = Math.min(line, ...scores);
  const to = Math.max(line, ...scores);
  return html`<h3>${check}</h3>
    <p class="soft">
      passes ${passes === 'below' ? 'below' : 'from'} ${line} · APCER ${said(apcer)} · BPCER ${said(bpcer)}
    </p>
    ${
      scores.length > 0 &&
      to > from &&
      histogramChart({
        title: check,
        xLabel: 'score',
        range: [from, to],
        bins: 30,
        sets: [
          { label: 'bona fide', tone: 'c', scores: bonaFide },
          { label: 'attacks', tone: 'e', scores: attacks },
        ],
        marks: [{ at: line, label: String(line) }],
      })
    }`;
}

const said = ({ errors, trials, rate, low, high }: Rate): string =>
  `${percent(rate, 1)} (${errors} of ${trials}) ${interval([low, high])}`;

function rowsOf({ videos, stills, challenge, passive, passiveVideos, cpuMsPerVideo }: LivenessEvaluation): FigureRow[] {
  const share = (name: string, count: number, of: number, rate: Rate): FigureRow => ({
    name,
    value: percent(of === 0 ? NaN : count / of, 1),
    counted: `${count} of ${of} ${interval([rate.low, rate.high])}`,
  });
  const { rates } = challenge;
  return [
    { name: 'recordings', value: String(videos + stills), counted: `${videos} videos, ${stills} stills` },
    share('challenge: right movements found', challenge.rightPassed, challenge.rightTotal, rates.right),
    share('challenge: wrong sequences passed', challenge.wrongPassed, challenge.wrongTotal, rates.wrong),
    share('challenge: replays passed', challenge.replayPassed, challenge.replayTotal, rates.replay),
    ...Object.entries(passiveVideos).map(([kind, counts]) => outcomeRow(`${kind}, videos`, counts)),
    ...Object.entries(passive).map(([kind, counts]) => outcomeRow(`${kind}, stills too`, counts)),
    { name: 'CPU', value: `${cpuMsPerVideo.toFixed(0)} ms`, counted: 'per video' },
  ];
}

const outcomeRow = (name: string, { rejected, reviewed, passed, notAssessable, total }: PassiveCounts): FigureRow => ({
  name,
  value: `${passed} of ${total}`,
  counted: `passed; ${rejected} rejected, ${reviewed} reviewed, ${notAssessable} to be filmed again`,
});
