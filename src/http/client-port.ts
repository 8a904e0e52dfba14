import { clientOf, type Client } from './client-address.ts';

export type PortArrival = {
  /** The other end of the connection. */
  readonly socketPort: number | undefined;
  /** `X-Real-Port`, which a proxy of ours writes: proxies that pass on addresses do not pass on ports. */
  readonly realPort: string | undefined;
};

/**
 * The port that a client connects from. Of a connection of its own that is its other end; through a trusted proxy it is what that one says.
 * @param isBehindProxy whether a trusted proxy speaks for the client.
 */
export function clientPortOf({ socketPort, realPort }: PortArrival, isBehindProxy: boolean): number | null {
  if (!isBehindProxy) return socketPort ?? null;
  const port = Number(realPort);
  return realPort !== undefined && /^\d{1,5}$/.test(realPort) && port >= 1 && port <= 65_535 ? port : null;
}

/** Whether a client was found to be another than the other end of the connection. */
export const isThroughProxy = ({ address }: Client, socketAddress: string | undefined): boolean =>
  address !== clientOf({ socketAddress, isEncrypted: false }, []).address;
