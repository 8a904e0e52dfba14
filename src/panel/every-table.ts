import { accountTable } from './account-table.ts';
import { healthTable } from './health-table.ts';
import type { PanelRoute } from './route-table.ts';
import { sessionTable } from './session-table.ts';
import { workTable } from './work-table.ts';

/** Every route of the panel: what tests of all of them go by. */
export const everyPanelRoute: readonly PanelRoute[] = [
  ...Object.values(sessionTable),
  ...Object.values(accountTable),
  ...Object.values(healthTable),
  ...Object.values(workTable),
];
