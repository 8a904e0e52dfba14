import type { ReactNode } from 'react';
import address from '../icon.svg';

/** Two cards laid over each other: what is compared. The name stands beside it. */
export const Mark = ({ size = 26 }: { readonly size?: number }): ReactNode => (
  <img src={address} alt="" width={size} height={size} />
);
