import { type ReactNode, useId, useState } from 'react';
import { ticksTo } from './scale.ts';

export type DayRow = {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly name: string;
  /** In the order of `series`. */
  readonly values: readonly number[];
};

type Props = {
  readonly title: string;
  readonly series: readonly { readonly name: string; readonly tone: 'a' | 'b' | 'c' | 'rest' }[];
  readonly rows: readonly DayRow[];
  /** How the numbers are written. */
  readonly write: (value: number) => string;
  /** Said of the table under it. */
  readonly tableTitle: string;
  readonly dayTitle: string;
};

const WIDTH = 960;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 10;

/** Bars by day, the parts of a day upon each other. The same numbers stand in a table below, for whoever reads rather than looks. */
export function DayChart({ title, series, rows, write, tableTitle, dayTitle }: Props): ReactNode {
  const id = useId();
  const [at, setAt] = useState<number | null>(null);
  const highest = Math.max(0, ...rows.map(({ values }) => sum(values)));
  const ticks = ticksTo(highest);
  const top = ticks.at(-1)!;
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const slot = (WIDTH - LEFT) / Math.max(1, rows.length);
  const bar = Math.min(28, slot * 0.72);
  const nameEvery = Math.ceil(rows.length / 10);
  const pointed = at === null ? undefined : rows[at];
  return (
    <figure className="chart">
      <figcaption>
        <span id={id}>{title}</span>
        <ul className="legend">
          {series.map(({ name, tone }, index) => (
            <li key={name}>
              <i data-tone={tone} />
              {name}
              {pointed !== undefined && <b>{write(pointed.values[index] ?? 0)}</b>}
            </li>
          ))}
          <li className="legend-day">{pointed?.name}</li>
        </ul>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={id}
        onPointerLeave={() => setAt(null)}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const x = ((event.clientX - box.left) / box.width) * WIDTH - LEFT;
          const index = Math.floor(x / slot);
          setAt(index >= 0 && index < rows.length ? index : null);
        }}
      >
        {ticks.map((tick) => (
          <g key={tick} className="axis">
            <line x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
              {write(tick)}
            </text>
          </g>
        ))}
        {at !== null && (
          <rect className="pointed" x={LEFT + at * slot} y={TOP} width={slot} height={HEIGHT - TOP - BOTTOM} />
        )}
        {rows.map(({ day, name, values }, index) => {
          const x = LEFT + index * slot + (slot - bar) / 2;
          let under = 0;
          return (
            <g key={day}>
              {values.map((value, part) => {
                const from = under;
                under += value;
                const tone = series[part]!.tone;
                return (
                  value > 0 && (
                    <rect key={tone} data-tone={tone} x={x} width={bar} y={y(under)} height={y(from) - y(under)} />
                  )
                );
              })}
              {index % nameEvery === 0 && (
                <text className="axis" x={LEFT + index * slot + slot / 2} y={HEIGHT - 6} textAnchor="middle">
                  {name}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <details>
        <summary>{tableTitle}</summary>
        <div className="scrolls" tabIndex={0} role="group" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{dayTitle}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ day, name, values }) => (
                <tr key={day}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={series[index]!.name}>{write(value)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
