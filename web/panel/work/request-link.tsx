import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAccount } from '../shell/account.tsx';

/** To a request, from wherever one is. */
export function RequestLink({ id, children }: { readonly id: string; readonly children?: ReactNode }): ReactNode {
  const { account } = useAccount();
  return <Link href={`~/panel/${account}/requests/${id}`}>{children ?? id}</Link>;
}
