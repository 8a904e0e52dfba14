/** What must be true of a caller's account before an exchange. */
export type Scene = {
  readonly account: 'validated' | 'unvalidated' | 'without-functions';
  readonly credits: number;
  /** A verification of the account, brought this far; its ID is what the exchange's `Id` is. */
  readonly verification?: 'requested' | 'invited' | 'cancelled' | 'resent-thrice' | 'certified';
  /** The caller failed to authenticate until it was blocked. */
  readonly isBlocked?: boolean;
};

export type Caller = {
  readonly apiUser: string;
  readonly apiToken: string;
  readonly verificationId: string;
  /** The address to call from, such as 127.0.1.7, where a service counts by address; undefined: whichever. */
  readonly localAddress?: string;
};

/** A running service, seen from outside, in which scenes can be set. */
export type World = {
  /** Where the functions are: http://127.0.0.1:8080 */
  readonly baseUrl: string;
  /** Whether IDs, times and credentials are the same on every run, so that whole transcripts can be compared to the byte. */
  readonly isExact: boolean;
  /** How many scenes may be set at once: 1 where they take each other's place. */
  readonly scenesAtOnce: number;
  /** Makes a fresh account in this scene. */
  readonly enter: (scene: Scene) => Promise<Caller>;
  readonly close: () => Promise<void>;
};
