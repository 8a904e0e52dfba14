import type { PanelRouteTable } from './route-table.ts';

export const healthTable = {
  /** `healthAnswer` */
  readHealth: { scope: 'installation', method: 'GET', path: 'health', permission: 'health.read' },
} as const satisfies PanelRouteTable;
