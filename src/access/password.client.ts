import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type Result, ok, refuse } from '../kernel/result.ts';

/** argon2id of RFC 9106 with 19 MiB, as OWASP's Password Storage Cheat Sheet has it: about 0.1 s of one core. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const VERSION = 19;

/** Hashes under way at once, and those that may wait: more would take memory and time of everybody else. */
const AT_ONCE = 2;
const MOST_WAITING = 100;

export type PasswordRefusal = { readonly kind: 'busy' };

export type Passwords = {
  /** The hash as a PHC string, with its parameters and a salt of its own. */
  hash(password: string): Promise<Result<string, PasswordRefusal>>;
  /** Whether it is the password. Without a hash it is never, and takes as long. */
  verify(password: string, hash: string | null): Promise<Result<boolean, PasswordRefusal>>;
};

type Cost = { readonly memoryKib: number; readonly passes: number; readonly lanes: number };

const usualCost: Cost = { memoryKib: MEMORY_KIB, passes: PASSES, lanes: LANES };

export function openPasswords({ atOnce = AT_ONCE, mostWaiting = MOST_WAITING } = {}): Passwords {
  const inTurn = turns(atOnce, mostWaiting);
  const nobodysSalt = randomBytes(SALT_BYTES);
  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(SALT_BYTES);
        return phcOf(usualCost, salt, await derive(password, salt, usualCost, HASH_BYTES));
      }),
    verify: (password, hash) =>
      inTurn(async () => {
        const { cost, salt, digest } = hash === null ? { ...parsePhc(null), salt: nobodysSalt } : parsePhc(hash);
        const derived = await derive(password, salt, cost, digest.length);
        return timingSafeEqual(derived, digest) && hash !== null;
      }),
  };
}

/** Runs work a few at a time, first come first served; refuses what would wait behind too many. */
function turns(atOnce: number, mostWaiting: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <Value>(work: () => Promise<Value>): Promise<Result<Value, PasswordRefusal>> => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) return refuse({ kind: 'busy' });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return ok(await work());
    } finally {
      // The turn passes on as it is: whoever comes in between finds no gap.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

const argon2Async = promisify(argon2);

/** The same text typed on different keyboards is the same password (RFC 8265, section 4.2). */
const derive = async (password: string, salt: Buffer, cost: Cost, length: number): Promise<Buffer> =>
  Buffer.from(
    await argon2Async('argon2id', {
      message: Buffer.from(password.normalize('NFC'), 'utf8'),
      nonce: salt,
      parallelism: cost.lanes,
      tagLength: length,
      memory: cost.memoryKib,
      passes: cost.passes,
    }),
  );

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const phcOf = ({ memoryKib, passes, lanes }: Cost, salt: Buffer, digest: Buffer): string =>
  `$argon2id$v=${VERSION}$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(digest)}`;

type ParsedHash = { readonly cost: Cost; readonly salt: Buffer; readonly digest: Buffer };

/** @param hash null: what nobody's password is, at the usual cost. @throws Error when it is not of ours. */
function parsePhc(hash: string | null): ParsedHash {
  if (hash === null) return { cost: usualCost, salt: Buffer.alloc(SALT_BYTES), digest: Buffer.alloc(HASH_BYTES) };
  const match = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    hash,
  );
  if (match === null) throw new Error('a stored password hash cannot be read');
  const [, memory, passes, lanes, salt, digest] = match;
  return {
    cost: { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt!, 'base64'),
    digest: Buffer.from(digest!, 'base64'),
  };
}
