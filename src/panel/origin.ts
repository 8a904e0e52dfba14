import { PANEL_HEADER } from './problems.schema.ts';

/** What a browser says of where a call comes from. */
export type PanelArrival = {
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly isHttps: boolean;
  /** The value of `PANEL_HEADER`. */
  readonly panelHeader: string | undefined;
};

export const arrivalHeaders = ['sec-fetch-site', 'origin', 'host', PANEL_HEADER] as const;

/** The origin of our own page as this call sees it; null where it says no host. */
export const ownOriginOf = ({ host, isHttps }: Pick<PanelArrival, 'host' | 'isHttps'>): string | null => {
  const text = `${isHttps ? 'https' : 'http'}://${host ?? ''}`;
  return URL.canParse(text) ? new URL(text).origin : null;
};

/**
 * [Note: Calls of our own page]
 * `SameSite=Strict` keeps the cookie from other sites, not from other names below the same domain. So every call that changes something must
 * carry our header, which another origin cannot add without asking first, and must be of our own page by what the browser says of it:
 * `Sec-Fetch-Site`, or `Origin` in older ones. Saying neither is not enough: every browser that people still use says one of them.
 * A call that only reads may also be typed in, as a download is.
 */
export function isOfOurPanel(arrival: PanelArrival, { changes, publicOrigin }: OfOurPanel): boolean {
  const { secFetchSite, origin, panelHeader } = arrival;
  const isOurs = origin === undefined || origin === publicOrigin || origin === ownOriginOf(arrival);
  if (!changes)
    return isOurs && (secFetchSite === undefined || secFetchSite === 'same-origin' || secFetchSite === 'none');
  if (panelHeader !== '1' || !isOurs) return false;
  return secFetchSite === undefined ? origin !== undefined : secFetchSite === 'same-origin';
}

type OfOurPanel = {
  readonly changes: boolean;
  /** The address that people use, as set; null: whatever they came by. */
  readonly publicOrigin: string | null;
};
