import { fusedAt } from '../engine/face/compare.ts';
import { facePoints } from '../engine/decision/face.ts';
import type { ComparisonRates, FacePair, FacesEvaluation } from '../evaluation/faces.ts';
import type { Histogram } from '../evaluation/statistics.ts';
import { detChart, lineChart, ticks, type Series } from './charts.ts';
import {
  evaluationPage,
  figureTable,
  figureText,
  gallery,
  interval,
  percent,
  type FigureRow,
} from './evaluation-page.ts';
import { html } from '../kernel/html.ts';

export const facesText = (evaluation: FacesEvaluation): string => figureText('faces', rowsOf(evaluation));

/** @param picture a `data:` address of a photograph by its file; null where it cannot be shown. */
export async function facesReport(
  evaluation: FacesEvaluation,
  picture: (file: string) => Promise<string | null>,
): Promise<string> {
  const failure = async ({ first, second, fused }: FacePair) => ({
    pictures: [await picture(first), await picture(second)],
    title: fused.toFixed(2),
    text: `${first} · ${second}`,
  });
  const below = evaluation.worstGenuine.filter(({ fused }) => fused < fusedAt(facePoints.samePercent));
  return evaluationPage(
    'faces',
    html`${figureTable(rowsOf(evaluation))}
      <h2>Error trade-off</h2>
      ${detChart({
        title: 'false non-match over false match',
        series: [
          { label: 'clean', tone: 'a', points: det(evaluation) },
          { label: 'document condition', tone: 'b', points: det(evaluation.degraded) },
        ],
      })}
      <h2>Scores</h2>
      ${scoresChart('clean', evaluation)} ${scoresChart('document condition', evaluation.degraded)}
      <h2>Genuine pairs below the line</h2>
      ${gallery(await Promise.all(below.map(failure)))}
      <h2>Strangers who compare highest</h2>
      ${gallery(await Promise.all(evaluation.worstImpostor.map(failure)))}
      <h2>Faces not found</h2>
      ${gallery(
        await Promise.all(
          evaluation.facesNotFound.map(async ({ file, why }) => ({
            pictures: [await picture(file)],
            title: why,
            text: file,
          })),
        ),
      )}`,
  );
}

const det = ({ curve }: ComparisonRates) => curve.map(({ fmr, fnmr }) => ({ falseMatch: fmr, falseNonMatch: fnmr }));

function scoresChart(title: string, { histograms: { genuine, impostor } }: ComparisonRates) {
  const share = ({ from, to, counts }: Histogram): Series['points'] => {
    const total = Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    );
    const width = (to - from) / counts.length;
    return counts.flatMap((count, bin) => [
      [from + bin * width, count / total] as const,
      [from + (bin + 1) * width, count / total] as const,
    ]);
  };
  const top = Math.max(0.01, ...[genuine, impostor].flatMap((set) => share(set).map(([, y]) => y ?? 0)));
  return lineChart({
    title,
    xLabel: 'fused score',
    yLabel: 'share of pairs',
    x: [genuine.from, genuine.to],
    y: [0, top],
    xTicks: ticks(genuine.from, genuine.to, 8),
    yTicks: ticks(0, top, 4),
    series: [
      { label: 'one person', tone: 'c', points: share(genuine) },
      { label: 'strangers', tone: 'e', points: share(impostor) },
    ],
    bands: [facePoints.veryDifferentPercent, facePoints.samePercent].map((at) => ({
      from: fusedAt(at),
      to: fusedAt(at) + 0.02,
      label: `${at} %`,
      tone: 'mark',
    })),
  });
}

function rowsOf(evaluation: FacesEvaluation): FigureRow[] {
  const { images, facesFound, identities, cpuMsPerImage, degraded } = evaluation;
  return [
    {
      name: 'faces found',
      value: percent(facesFound / images),
      counted: `${facesFound} of ${images} photographs, ${identities} people`,
    },
    ...comparisonRows('', evaluation),
    ...comparisonRows('document condition: ', degraded),
    { name: 'CPU', value: `${cpuMsPerImage.toFixed(0)} ms`, counted: 'per photograph' },
  ];
}

function comparisonRows(prefix: string, rates: ComparisonRates): FigureRow[] {
  const { genuine, impostor, eer, fnmrAtFmr, operatingPoint: at } = rates;
  return [
    {
      name: `${prefix}FMR at 80`,
      value: percent(at.fmr, 3),
      counted: `${impostor} pairs of strangers ${interval(at.fmrInterval)}`,
    },
    {
      name: `${prefix}FNMR at 80`,
      value: percent(at.fnmr),
      counted: `${genuine} pairs of one person ${interval(at.fnmrInterval)}`,
    },
    {
      name: `${prefix}of these to review`,
      value: percent(at.inconclusive),
      counted: `very different ${percent(at.veryDifferent)}`,
    },
    { name: `${prefix}EER`, value: percent(eer), counted: '' },
    { name: `${prefix}FNMR at FMR 1e-2`, value: percent(fnmrAtFmr['1e-2']), counted: '' },
    { name: `${prefix}FNMR at FMR 1e-3`, value: percent(fnmrAtFmr['1e-3']), counted: '' },
  ];
}
