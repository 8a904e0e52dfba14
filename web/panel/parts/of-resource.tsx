import type { ReactNode } from 'react';
import { Loading } from './loading.tsx';
import { TroubleShown } from './trouble-shown.tsx';
import type { Resource } from './use-resource.ts';

type Props<Value> = { readonly resource: Resource<Value>; readonly children: (value: Value) => ReactNode };

/** Shows what came; until then that it is coming, or why it does not. What is already there stays when asking again fails. */
export function OfResource<Value>({ resource, children }: Props<Value>): ReactNode {
  const { value, trouble, reload } = resource;
  return (
    <>
      {trouble !== null && <TroubleShown trouble={trouble} onAgain={reload} />}
      {value !== null ? children(value) : trouble === null && <Loading />}
    </>
  );
}
