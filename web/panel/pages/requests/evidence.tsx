import type { ReactNode } from 'react';
import type { RequestDetail } from '../../../../src/panel/request.schema.ts';
import { useAccount } from '../../shell/account.tsx';
import { useFile } from '../../work/files.tsx';
import { useWork } from '../../work/texts.tsx';

/** What was sent, by its digest; small pictures for who may see them. Each picture that is fetched is written down. */
export function Evidence({ detail }: { readonly detail: RequestDetail }): ReactNode {
  const { w, time, number } = useWork();
  const { evidence, maySeeEvidence, request } = detail;
  if (evidence.is === 'none') return <p className="quiet">{w('evidence.none')}</p>;
  return (
    <>
      {evidence.is === 'erased' && (
        <p className="banner">
          {w('evidence.erased', { at: evidence.erasedAt === null ? '–' : time(evidence.erasedAt) })}
        </p>
      )}
      {evidence.is === 'open' && <p className="quiet">{w('evidence.open')}</p>}
      <ul className="evidence">
        {evidence.items.map(({ kind, mediaType, byteLength, sha256, receivedAt }) => (
          <li key={kind}>
            {maySeeEvidence && evidence.is !== 'erased' && kind !== 'face-video' && (
              <Thumbnail id={request.id} kind={kind} />
            )}
            <div>
              <b>{w(`evidence.${kind}`)}</b>
              <span className="quiet">
                {mediaType} · {number(byteLength / 1000, { maximumFractionDigits: 0 })} kB ·{' '}
                {time(receivedAt, 'second')}
              </span>
              <code className="digest">SHA-256 {sha256}</code>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Thumbnail({ id, kind }: { readonly id: string; readonly kind: 'front' | 'back' }): ReactNode {
  const { w } = useWork();
  const { path } = useAccount();
  const { address, trouble } = useFile(path(`requests/${id}/evidence/${kind}`));
  if (trouble !== null) return <span className="thumbnail quiet">{w('stage.not-there')}</span>;
  return address === null ? (
    <span className="thumbnail" />
  ) : (
    <img className="thumbnail" src={address} alt={w(`evidence.${kind}`)} />
  );
}
