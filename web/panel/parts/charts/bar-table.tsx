import type { ReactNode } from 'react';

type Props = {
  readonly caption: string;
  readonly columns: readonly [name: string, count: string, share: string];
  readonly rows: readonly {
    readonly key: string;
    readonly name: ReactNode;
    readonly count: number;
    readonly share: number;
  }[];
  readonly writeCount: (count: number) => string;
  readonly writeShare: (share: number) => string;
};

/** A table whose last column is a bar: chart and accessible table are one. @param rows share 0 to 1. */
export function BarTable({ caption, columns, rows, writeCount, writeShare }: Props): ReactNode {
  return (
    <table className="bar-table">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns[0]}</th>
          <th scope="col">{columns[1]}</th>
          <th scope="col">{columns[2]}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, count, share }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>{writeCount(count)}</td>
            <td>
              <span className="bar">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={100 * share} height={10} />
                </svg>
                {writeShare(share)}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
