import { html, type Markup } from '../kernel/html.ts';

/** A straight scale from values to px. */
export type Scale = { readonly from: number; readonly to: number; readonly fromPx: number; readonly toPx: number };
const place = ({ from, to, fromPx, toPx }: Scale, value: number): number =>
  fromPx + ((value - from) / (to - from || 1)) * (toPx - fromPx);
const px = (value: number): string => value.toFixed(1);

export type Series = {
  readonly label: string;
  /** Class of the style sheet: `a` … `f`. */
  readonly tone: string;
  /** Points in order of x; a null y breaks the line. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
};

/** A band of x that means something: the window of a challenge step, with what it asked for. */
export type Band = {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly tone: string;
  /** Labels of one row stand on one line; give neighbours different rows where they would run into each other. */
  readonly row?: number;
};

/** A level that values are held against. */
export type Level = { readonly at: number; readonly label: string };

export type LineChart = {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  readonly xTicks: readonly (readonly [at: number, label: string])[];
  readonly yTicks: readonly (readonly [at: number, label: string])[];
  readonly series: readonly Series[];
  readonly bands?: readonly Band[];
  readonly levels?: readonly Level[];
};

const WIDTH = 720;
const HEIGHT = 240;
const MARGIN = { left: 56, right: 14, top: 26, bottom: 34 };

/** Lines over a common x, as an SVG that needs no script. */
export function lineChart(chart: LineChart): Markup {
  const x: Scale = { from: chart.x[0], to: chart.x[1], fromPx: MARGIN.left, toPx: WIDTH - MARGIN.right };
  const y: Scale = { from: chart.y[0], to: chart.y[1], fromPx: HEIGHT - MARGIN.bottom, toPx: MARGIN.top };
  const clampY = (value: number): number => Math.max(chart.y[0], Math.min(chart.y[1], value));
  return html`<figure class="chart">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${chart.title}">
      ${(chart.bands ?? []).map(
        (band) =>
          html`<rect
              class="band ${band.tone}"
              x="${px(place(x, band.from))}"
              y="${MARGIN.top}"
              width="${px(place(x, band.to) - place(x, band.from))}"
              height="${HEIGHT - MARGIN.top - MARGIN.bottom}"
            /><text
              class="band-label"
              x="${px(place(x, band.from) + 4)}"
              y="${MARGIN.top + 12 + ((band.row ?? 0) % 3) * 13}"
              >${band.label}</text
            >`,
      )}
      ${chart.yTicks.map(
        ([at, label]) =>
          html`<line
              class="grid"
              x1="${x.fromPx}"
              x2="${x.toPx}"
              y1="${px(place(y, at))}"
              y2="${px(place(y, at))}"
            /><text class="tick end" x="${x.fromPx - 6}" y="${px(place(y, at) + 4)}">${label}</text>`,
      )}
      ${chart.xTicks.map(
        ([at, label]) =>
          html`<text class="tick middle" x="${px(place(x, at))}" y="${HEIGHT - MARGIN.bottom + 16}">${label}</text>`,
      )}
      ${(chart.levels ?? []).map(
        ({ at, label }) =>
          html`<line
              class="level"
              x1="${x.fromPx}"
              x2="${x.toPx}"
              y1="${px(place(y, clampY(at)))}"
              y2="${px(place(y, clampY(at)))}"
            /><text class="level-label" x="${x.toPx}" y="${px(place(y, clampY(at)) - 4)}">${label}</text>`,
      )}
      ${chart.series.map(
        ({ points, tone }) => html`<path class="line ${tone}" d="${linePath(points, x, y, clampY)}" />`,
      )}
      <text class="axis" x="${(x.fromPx + x.toPx) / 2}" y="${HEIGHT - 4}">${chart.xLabel}</text>
      <text class="axis" transform="rotate(-90)" x="${-(MARGIN.top + HEIGHT - MARGIN.bottom) / 2}" y="12">
        ${chart.yLabel}
      </text>
    </svg>
    <figcaption>
      ${chart.title}
      ${
        chart.series.length > 1 &&
        chart.series.map(({ label, tone }) => html`<span class="key ${tone}">${label}</span>`)
      }
    </figcaption>
  </figure>`;
}

function linePath(points: Series['points'], x: Scale, y: Scale, clampY: (value: number) => number): string {
  let path = '';
  let isDrawing = false;
  for (const [at, value] of points) {
    if (value === null || !Number.isFinite(value)) {
      isDrawing = false;
      continue;
    }
    path += `${isDrawing ? 'L' : 'M'}${px(place(x, at))} ${px(place(y, clampY(value)))}`;
    isDrawing = true;
  }
  return path;
}

/** About `count` round values from `from` to `to`. */
export function ticks(from: number, to: number, count = 5): (readonly [at: number, label: string])[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (step / power === 2.5 ? 1 : 0));
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    const value = (first + at) * step;
    return [value, value.toFixed(digits)] as const;
  });
}

/** Two or more sets of scores as overlaid step lines of their shares per bin, with the operating points marked. */
export function histogramChart(chart: {
  readonly title: string;
  readonly xLabel: string;
  readonly range: readonly [from: number, to: number];
  readonly bins?: number;
  readonly sets: readonly { readonly label: string; readonly tone: string; readonly scores: readonly number[] }[];
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
}): Markup {
  const [from, to] = chart.range;
  const bins = chart.bins ?? 50;
  const series = chart.sets.map(({ label, tone, scores }): Series => {
    const counts = new Array<number>(bins).fill(0);
    for (const score of scores) {
      const bin = Math.floor(((score - from) / (to - from)) * bins);
      counts[Math.max(0, Math.min(bins - 1, bin))]! += 1 / Math.max(1, scores.length);
    }
    const width = (to - from) / bins;
    const points = counts.flatMap((share, bin) => [
      [from + bin * width, share] as const,
      [from + (bin + 1) * width, share] as const,
    ]);
    return { label: `${label} (${scores.length})`, tone, points };
  });
  const top = Math.max(0.01, ...series.flatMap(({ points }) => points.map(([, share]) => share ?? 0)));
  return lineChart({
    title: chart.title,
    xLabel: chart.xLabel,
    yLabel: 'share',
    x: chart.range,
    y: [0, top],
    xTicks: ticks(from, to, 8),
    yTicks: ticks(0, top, 4),
    series,
    bands: (chart.marks ?? []).map(({ at, label }) => ({ from: at, to: at + (to - from) / 400, label, tone: 'mark' })),
  });
}

/** Detection error trade-off: false non-match over false match, both on log scales (ISO/IEC 19795-1). */
export function detChart(chart: {
  readonly title: string;
  readonly series: readonly {
    readonly label: string;
    readonly tone: string;
    readonly points: readonly { readonly falseMatch: number; readonly falseNonMatch: number }[];
  }[];
}): Markup {
  const floor = -4;
  const log = (rate: number): number => Math.max(floor, Math.log10(Math.max(rate, 10 ** floor)));
  const decades = [-4, -3, -2, -1, 0].map((power) => [power, `${100 * 10 ** power} %`] as const);
  return lineChart({
    title: chart.title,
    xLabel: 'false match rate',
    yLabel: 'false non-match rate',
    x: [floor, 0],
    y: [floor, 0],
    xTicks: decades,
    yTicks: decades,
    series: chart.series.map(({ label, tone, points }) => ({
      label,
      tone,
      points: points.map(({ falseMatch, falseNonMatch }) => [log(falseMatch), log(falseNonMatch)] as const),
    })),
  });
}
