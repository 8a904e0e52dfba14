import type { z } from 'zod';
import type { Permission } from '../access/roles.ts';

export const PANEL_API = '/panel/api';

/**
 * Who may call, and where it lies:
 * - `anyone`: `/panel/api/…`, nobody needs to have signed in;
 * - `signed-in`: `/panel/api/…`, about oneself;
 * - `installation`: `/panel/api/…`, under a permission that an installation-wide role gives;
 * - `own-account`: `/panel/api/accounts/:account/…`, under a permission that one's role *in that account* gives. An account one has nothing
 *   to do with is answered like one that does not exist.
 */
export type PanelScope =
  | { readonly scope: 'anyone' }
  | { readonly scope: 'signed-in' }
  | { readonly scope: 'installation'; readonly permission: Permission }
  | { readonly scope: 'own-account'; readonly permission: Permission };

export type PanelRoute = PanelScope & {
  /** Every method but GET changes something, and is held to come from our own page. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without a slash in front: `requests/:id`. */
  readonly path: string;
  /** The JSON body; without it none is looked at. */
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  /** Default: the server's, 64 KiB. */
  readonly bodyLimitBytes?: number;
};

export type PanelRouteTable = Readonly<Record<string, PanelRoute>>;

export const changesState = ({ method }: PanelRoute): boolean => method !== 'GET';

/** Where a route is found, as the server's router writes it. */
export const addressOf = ({ scope, path }: PanelRoute): string =>
  scope === 'own-account' ? `${PANEL_API}/accounts/:account/${path}` : `${PANEL_API}/${path}`;
