import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { caseDetailSchema } from '../../../../src/panel/case.schema.ts';
import { call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useWork } from '../../work/texts.tsx';
import { CaseView } from '../desk/case-view.tsx';

/** The case of any request, to be read. */
export default function CaseOfRequest({ id }: { readonly id: string }): ReactNode {
  const { w } = useWork();
  const { path } = useAccount();
  const asked = useResource(`case ${id}`, (signal) =>
    call(path(`requests/${encodeURIComponent(id)}/case`), { answer: caseDetailSchema, signal }),
  );
  return (
    <>
      <p className="way-back">
        <Link href={`/${id}`}>
          <Icon name="back" /> {w('request.back', { id })}
        </Link>
      </p>
      <OfResource resource={asked}>{(found) => <CaseView found={found} />}</OfResource>
    </>
  );
}
