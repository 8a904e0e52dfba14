import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import { type Clock, MS_PER_HOUR, later } from '../../kernel/instant.ts';
import { type Result, ok, refuse } from '../../kernel/result.ts';
import { encodeBody } from './body.ts';
import type { ComposeFields, Fields } from './deliver-callbacks.job.ts';
import type { Egress, EgressTrouble } from './egress.ts';
import type { EgressRefusal } from './egress-rules.ts';
import {
  type KeptEndpoint,
  type Sealing,
  deleteEndpoint,
  dismissNotice,
  findEndpoint,
  listNotices,
  secretsAt,
  writeDisabled,
  writeEnabled,
  writeEndpoint,
  writeSecret,
} from './endpoint.store.ts';
import {
  type AttemptRecord,
  type Beside,
  type ChallengeRefusal,
  type DeliveryName,
  type DeliveryRecord,
  type EndpointSettings,
  type Endpoints,
  type Payload,
  type SavedEndpoint,
  webhookIdOf,
} from './endpoints.ts';
import {
  countByState,
  findDelivery,
  listAttempts,
  listLatest,
  listOfVerification,
  writeAgain,
  writeAllDue,
  writeAllPassedOver,
  writePassedOver,
  writeReplay,
} from './record.store.ts';
import { callbackRequest } from './request.ts';
import type { SigningSecret } from './signature.ts';
import { hmacSha256, newSigningSecret } from './signing.client.ts';
import { outcomeOf, verdictOf } from './verdict.ts';

export type EndpointsParts = {
  /** A transaction in which the database itself shows one account only. */
  readonly within: <Answer>(
    accountId: AccountId,
    run: (walled: Transaction<unknown>) => Promise<Answer>,
  ) => Promise<Answer>;
  readonly clock: Clock;
  readonly egress: Pick<Egress, 'checkEndpoint' | 'post'>;
  readonly sealing: Sealing;
  readonly composeFields: ComposeFields;
  /** The fields of a callback about nobody; with a challenge, also that. */
  readonly testFields: (payload: Payload, challenge: string | null, now: Date) => Fields;
};

const CHALLENGE_BYTES = 24;
const MOST_CREDENTIAL_CHARACTERS = 200;

/** RFC 7617: a user has no colon, neither has control characters. */
const isSendable = ({ user, password }: NonNullable<EndpointSettings['credentials']>): boolean =>
  user !== '' &&
  !user.includes(':') &&
  Math.max(user.length, password.length) <= MOST_CREDENTIAL_CHARACTERS &&
  !/\p{Cc}/u.test(user + password);

/** The challenge alone, as text or as JSON, or as the only field of an object. Pages that repeat whatever they are sent answer nothing. */
function isAnswered(reply: string, challenge: string): boolean {
  if (reply.trim() === challenge) return true;
  try {
    const parsed = JSON.parse(reply) as unknown;
    return parsed === challenge || JSON.stringify(parsed) === JSON.stringify({ challenge });
  } catch {
    return false;
  }
}

const chanceText = (): string => randomBytes(CHALLENGE_BYTES).toString('base64url');

/** What the command line and the panel do with endpoints and deliveries, over the database and the way out. */
export function endpointsOver(parts: EndpointsParts): Endpoints<Transaction<unknown>> {
  const { within, clock, egress, sealing } = parts;
  const { seal, unseal } = sealing;

  const keptOf = (accountId: AccountId): Promise<KeptEndpoint | null> =>
    within(accountId, (transaction) => findEndpoint(transaction, accountId, unseal));

  async function endpointOf(accountId: AccountId): Promise<SavedEndpoint | null> {
    const [kept, counts] = await within(accountId, async (transaction) => [
      await findEndpoint(transaction, accountId, unseal),
      await countByState(transaction, accountId),
    ]);
    if (kept === null) return null;
    const { previous } = kept;
    return {
      url: kept.url,
      encoding: kept.encoding,
      payload: kept.payload,
      user: kept.credentials?.user ?? null,
      savedAt: kept.savedAt,
      disabled: kept.disabled,
      failingSince: kept.failingSince,
      secretSince: kept.secretSince,
      previousSecretUntil: previous !== null && previous.until > clock() ? previous.until : null,
      ...counts,
    };
  }

  /** Posts something about nobody. */
  async function postTest(
    receiver: EndpointSettings,
    secrets: readonly SigningSecret[],
    { webhookId, challenge }: { readonly webhookId: string; readonly challenge: string | null },
  ) {
    const at = clock();
    const fields = parts.testFields(receiver.payload, challenge, at);
    const request = callbackRequest({ ...receiver, secrets }, fields, { id: webhookId, number: 1, at }, hmacSha256);
    const marked = { ...request, headers: { ...request.headers, 'webhook-test': 'true' } };
    return { request: marked, answer: await egress.post(marked) };
  }

  /**
   * [Note: Proof of control]
   * Whoever gives an address has to show that what listens there wants to be called by us: otherwise we could be aimed at others. It either
   * answers with nothing but the words that it was sent as `challenge`, or it tells the right password from a wrong one: a receiver that was
   * written for the contract alone and asks for Basic authentication proves itself as it is.
   */
  async function proveControl(
    receiver: EndpointSettings,
    secrets: readonly SigningSecret[],
  ): Promise<Result<null, ChallengeRefusal | EgressRefusal | EgressTrouble>> {
    const challenge = chanceText();
    const { answer } = await postTest(receiver, secrets, { webhookId: `cb_challenge_${chanceText()}`, challenge });
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    if (status < 200 || status > 299) return refuse({ kind: 'challenge-refused', status });
    if (isAnswered(body, challenge)) return ok(null);
    const { credentials } = receiver;
    if (credentials === null) return refuse({ kind: 'challenge-unanswered' });
    const wrong = { ...receiver, credentials: { user: credentials.user, password: chanceText() } };
    const second = await postTest(wrong, secrets, {
      webhookId: `cb_challenge_${chanceText()}`,
      challenge: chanceText(),
    });
    if (!second.answer.ok) return second.answer;
    return [401, 403].includes(second.answer.value.status) ? ok(null) : refuse({ kind: 'challenge-unanswered' });
  }

  /** Does something to the account and, where it did, what is done beside it. */
  const doing = <Done>(
    accountId: AccountId,
    deed: (transaction: Transaction<unknown>) => Promise<Done>,
    beside?: Beside<Transaction<unknown>>,
  ): Promise<Done> =>
    within(accountId, async (transaction) => {
      const done = await deed(transaction);
      if (done !== false && beside !== undefined) await beside(transaction);
      return done;
    });

  async function changed(
    accountId: AccountId,
    change: (transaction: Transaction<unknown>) => Promise<unknown>,
    beside?: Beside<Transaction<unknown>>,
  ): ReturnType<Endpoints['enableEndpoint']> {
    if (!(await hasEndpoint(accountId))) return refuse({ kind: 'no-endpoint' });
    await doing(accountId, change, beside);
    const endpoint = await endpointOf(accountId);
    return endpoint === null ? refuse({ kind: 'no-endpoint' }) : ok(endpoint);
  }

  async function deliveryAfter(
    delivery: DeliveryName,
    deed: typeof writeAgain,
    beside?: Beside<Transaction<unknown>>,
  ): Promise<Result<DeliveryRecord, { readonly kind: 'no-delivery' }>> {
    const isDone = await doing(delivery.accountId, (transaction) => deed(transaction, delivery, clock()), beside);
    const found = isDone
      ? await within(delivery.accountId, (transaction) => findDelivery(transaction, delivery))
      : null;
    return found === null ? refuse({ kind: 'no-delivery' }) : ok(found);
  }

  const hasEndpoint = async (accountId: AccountId): Promise<boolean> => (await keptOf(accountId)) !== null;

  return {
    async saveEndpoint(accountId, settings, givenSecret = null, beside) {
      if (settings.credentials !== null && !isSendable(settings.credentials))
        return refuse({ kind: 'credentials-unreadable' });
      const checked = await egress.checkEndpoint(settings.url);
      if (!checked.ok) return checked;
      const receiver = { ...settings, url: checked.value.url };
      const before = await keptOf(accountId);
      const newSecret = givenSecret ?? (before === null ? newSigningSecret() : null);
      const secrets = newSecret === null ? secretsAt(before!, clock()) : [newSecret];
      const proof = await proveControl(receiver, secrets);
      if (!proof.ok) return proof;
      const save = async (transaction: Transaction<unknown>): Promise<void> => {
        const now = clock();
        await writeEndpoint(transaction, accountId, { ...receiver, secret: newSecret, now }, seal);
        await writeAllDue(transaction, accountId, now);
      };
      await doing(accountId, save, beside);
      return ok({ endpoint: (await endpointOf(accountId))!, secret: newSecret });
    },

    endpointOf,

    async rotateSecret(accountId, overlapHours, beside) {
      const now = clock();
      const secret = newSigningSecret();
      const previousUntil = overlapHours === 0 ? null : later(now, overlapHours * MS_PER_HOUR);
      const write = (transaction: Transaction<unknown>): Promise<boolean> =>
        writeSecret(transaction, accountId, { secret, previousUntil, now }, seal);
      return (await doing(accountId, write, beside)) ? ok({ secret, previousUntil }) : refuse({ kind: 'no-endpoint' });
    },

    enableEndpoint: (accountId, beside) =>
      changed(
        accountId,
        async (transaction) => {
          await writeEnabled(transaction, accountId);
          await writeAllDue(transaction, accountId, clock());
        },
        beside,
      ),

    disableEndpoint: (accountId, beside) =>
      changed(accountId, (transaction) => writeDisabled(transaction, accountId, 'by-hand', clock()), beside),

    removeEndpoint: (accountId, beside) =>
      doing(
        accountId,
        async (transaction) => {
          const wasThere = await deleteEndpoint(transaction, accountId);
          await writeAllPassedOver(transaction, accountId, clock());
          return wasThere;
        },
        beside,
      ),

    async testDelivery(accountId) {
      const kept = await keptOf(accountId);
      if (kept === null) return refuse({ kind: 'no-endpoint' });
      const webhookId = `cb_test_${chanceText()}`;
      const beganMs = performance.now();
      const { request, answer } = await postTest(kept, secretsAt(kept, clock()), { webhookId, challenge: null });
      const { authorization: _, ...headers } = request.headers as Readonly<Record<string, string>>;
      return ok({
        webhookId,
        durationMs: Math.round(performance.now() - beganMs),
        outcome: outcomeOf(verdictOf(answer, clock())),
        status: answer.ok ? answer.value.status : null,
        request: { headers, body: Buffer.from(request.body).toString('utf8') },
        reply: answer.ok && answer.value.body !== '' ? answer.value.body : null,
      });
    },

    deliveriesOf: (accountId, id) => within(accountId, (transaction) => listOfVerification(transaction, accountId, id)),
    latestDeliveries: (accountId, query) =>
      within(accountId, (transaction) => listLatest(transaction, accountId, query)),

    async attemptsOf(delivery) {
      const attempts = await within(delivery.accountId, (transaction) => listAttempts(transaction, delivery));
      const bodies = new Map<string, Buffer>();
      const bodyOf = async ({ payload, headers }: (typeof attempts)[number]): Promise<Buffer> => {
        const contentType = headers['content-type'] ?? '';
        const key = `${payload} ${contentType}`;
        const body = bodies.get(key) ?? (await composeBody(delivery, payload, contentType));
        bodies.set(key, body);
        return body;
      };
      const records: AttemptRecord[] = [];
      for (const one of attempts) {
        const body = await bodyOf(one);
        records.push({
          number: one.number,
          beganAt: one.beganAt,
          durationMs: one.durationMs,
          outcome: one.outcome,
          status: one.status,
          request: {
            url: one.url,
            headers: one.headers,
            body: body.toString('utf8'),
            isAsSent: createHash('sha256').update(body).digest().equals(one.bodySha256),
            bodySha256: one.bodySha256.toString('hex'),
          },
          reply: one.sealedReply === null ? null : unseal(one.sealedReply),
        });
      }
      return records;
    },

    async deliverAgain(delivery, beside) {
      if (!(await hasEndpoint(delivery.accountId))) return refuse({ kind: 'no-endpoint' });
      return deliveryAfter(delivery, writeAgain, beside);
    },

    passOver: (delivery, beside) => deliveryAfter(delivery, writePassedOver, beside),

    async replaySince(accountId, since, beside) {
      if (!(await hasEndpoint(accountId))) return refuse({ kind: 'no-endpoint' });
      const replay = (transaction: Transaction<unknown>): Promise<number> =>
        writeReplay(transaction, accountId, since, clock());
      return ok(await doing(accountId, replay, beside));
    },

    noticesOf: (accountId) => within(accountId, (transaction) => listNotices(transaction, accountId)),
    dismissNotice: (accountId, notice, beside) =>
      doing(accountId, (transaction) => dismissNotice(transaction, accountId, notice, clock()), beside),
  };

  async function composeBody(
    {
      accountId,
      id,
      eventNumber,
    }: { readonly accountId: AccountId; readonly id: VerificationId; readonly eventNumber: number },
    payload: Payload,
    contentType: string,
  ): Promise<Buffer> {
    const composed = await parts.composeFields(accountId, [{ id, eventNumber }], payload);
    const fields = composed.get(webhookIdOf({ accountId, id, eventNumber }));
    if (fields === undefined) return Buffer.alloc(0);
    const encoding = contentType.startsWith('multipart/')
      ? 'multipart'
      : contentType === 'application/json'
        ? 'json'
        : 'urlencoded';
    return Buffer.from(encodeBody(fields, encoding).bytes);
  }
}
