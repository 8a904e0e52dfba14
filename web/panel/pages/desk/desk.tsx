import type { ReactNode } from 'react';
import { OfResource } from '../../parts/of-resource.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { call } from '../../api.ts';
import { useAccount } from '../../shell/account.tsx';
import { WorkTexts } from '../../work/texts.tsx';
import { deskOverviewSchema, maybeHeldCaseSchema } from '../../../../src/panel/desk.schema.ts';
import { DeskAtWork } from './desk-at-work.tsx';
import './desk.css';

/** The desk of the account in view. What was in hand before a reload is in hand again. */
export default function Desk(): ReactNode {
  const { account, path } = useAccount();
  const began = useResource(`desk ${account}`, async (signal) => {
    const [overview, held] = await Promise.all([
      call(path('desk'), { answer: deskOverviewSchema, signal }),
      call(path('desk/case'), { answer: maybeHeldCaseSchema, signal }),
    ]);
    return { overview, held: held.case === null ? null : held };
  });
  return (
    <WorkTexts>
      <OfResource resource={began}>
        {({ overview, held }) => <DeskAtWork key={account} overview={overview} held={held} />}
      </OfResource>
    </WorkTexts>
  );
}
