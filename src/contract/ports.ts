import type { Authenticate, Throttle } from '../access/doors.ts';
import type { Clock } from '../kernel/instant.ts';
import type { VerificationService } from '../verification/service.ts';

/** Who is at the other end of a connection, as far as the trusted proxies tell. */
export type Client = {
  /** The client's address, or the network that stands for it: what the throttle counts by. */
  readonly addressKey: string;
  /** Whether the call came over TLS, or from the same machine. */
  readonly secure: boolean;
};

/** What the wire is handed. `Request` is the server's own. */
export type WirePorts<Request> = {
  readonly clock: Clock;
  readonly service: VerificationService;
  readonly authenticate: Authenticate;
  readonly throttle: Throttle;
  readonly clientOf: (request: Request) => Client;
  /** Some link as long as the applicants' are, in the same characters: what costing a message needs. */
  readonly usualLink: string;
  /**
   * Whether HTTP statuses say what the answer says when the caller is nobody we know. Accounts decide for themselves; to answer a
   * wrong token as its account would like would tell that the account exists.
   */
  readonly strictHttpForStrangers: boolean;
  /** Told once for every call. `res` is the answer's code, 1 also for a PDF; null: there was no answer, because the store is away. */
  readonly onOutcome: (functionName: string, res: number | null) => void;
};
