import { type ReactNode, memo } from 'react';
import { Link } from 'wouter';
import type { RequestRow } from '../../../../src/panel/request.schema.ts';
import { OutcomeMark, StateMark } from '../../work/state-mark.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

/** As they were asked for, the newest first. */
export function RequestTable({ rows }: { readonly rows: readonly RequestRow[] }): ReactNode {
  const { w } = useWork();
  return (
    <div className="table-frame" role="region" aria-label={w('requests.title')} tabIndex={0}>
      <table className="requests">
        <thead>
          <tr>
            <th scope="col">{w('request.id')}</th>
            <th scope="col">{w('request.state')}</th>
            <th scope="col">{w('request.outcome')}</th>
            <th scope="col">{w('request.phone')}</th>
            <th scope="col">{w('request.document')}</th>
            <th scope="col">{w('request.reference')}</th>
            <th scope="col">{w('request.requested')}</th>
            <th scope="col" className="updated">
              {w('request.updated')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Drawn again only when it changed: a list of a thousand takes an update of one. */
const Row = memo(function Row({ row }: { readonly row: RequestRow }): ReactNode {
  const { w, time } = useWork();
  return (
    <tr>
      <th scope="row">
        <Link href={`/${row.id}`}>{row.id}</Link>
      </th>
      <td>
        <StateMark request={row} />
        {row.rejection !== null && <small className="quiet">{w(`rejection.${row.rejection}`)}</small>}
      </td>
      <td>{row.outcome === null ? <span className="quiet">–</span> : <OutcomeMark outcome={row.outcome} />}</td>
      <td>{row.phone === '' ? <span className="quiet">{w('request.erased')}</span> : `+${row.phone}`}</td>
      <td>
        <Text text={row.documentNumber ?? row.requestedNumber} />
      </td>
      <td className="reference">
        <Text text={row.reference} />
      </td>
      <td>
        <time dateTime={row.requestedAt}>{time(row.requestedAt)}</time>
      </td>
      <td className="updated">
        <time dateTime={row.updatedAt}>{time(row.updatedAt)}</time>
      </td>
    </tr>
  );
});

const Text = ({ text }: { readonly text: string | null }): ReactNode =>
  text === null || text === '' ? <span className="quiet">–</span> : <Untrusted text={text} />;
