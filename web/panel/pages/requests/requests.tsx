import { type ReactNode, Suspense, lazy } from 'react';
import { Route, Switch } from 'wouter';
import { Loading } from '../../parts/loading.tsx';
import { WorkTexts } from '../../work/texts.tsx';
import { RequestsListed } from './requests-listed.tsx';
import './requests.css';

const NewRequest = lazy(() => import('./new-request.tsx'));
const OneRequest = lazy(() => import('./one-request.tsx'));
const CaseOfRequest = lazy(() => import('./case-of-request.tsx'));

/** The account's requests: the list, a new one, one of them, and all that the engine found of it. */
export default function Requests(): ReactNode {
  return (
    <WorkTexts>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/">
            <RequestsListed />
          </Route>
          <Route path="/new">
            <NewRequest />
          </Route>
          <Route path="/:id">{({ id }) => <OneRequest key={id} id={id!} />}</Route>
          <Route path="/:id/case">{({ id }) => <CaseOfRequest key={id} id={id!} />}</Route>
        </Switch>
      </Suspense>
    </WorkTexts>
  );
}
