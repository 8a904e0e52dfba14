import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Account } from '../access/account.ts';
import type { Audit, AuditDetail, AuditLog } from '../access/audit.ts';
import type { Permission } from '../access/roles.ts';
import { type SignedIn, installationPermissions, permissionsIn, rolesIn } from '../access/user.ts';
import { type AccountId, parseAccountId } from '../kernel/id.ts';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { isOfOurPanel, ownOriginOf } from './origin.ts';
import { PANEL_HEADER, type PanelProblem, type PanelProblemSlug, panelProblems } from './problems.schema.ts';
import { type PanelRoute, type PanelRouteTable, addressOf, changesState } from './route-table.ts';
import { type CookieGround, sessionTokenOf } from './session-cookie.ts';

/** Where a call comes from. */
export type PanelClient = {
  readonly address: string;
  /** What attempts are counted by. */
  readonly addressKey: string;
  readonly isHttps: boolean;
  /** Whether it comes from this very machine and through no proxy. */
  readonly isLocal: boolean;
};

export type Guard = {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  /** The address that people use, as set; null: whatever they came by. */
  readonly publicOrigin: string | null;
  /** Production takes sign-ins by HTTPS only, also on this machine. */
  readonly isProduction: boolean;
  readonly clientOf: (request: FastifyRequest) => PanelClient;
  /** Who holds this session's token now; notes that they were seen. */
  readonly findSignedIn: (token: string, now: Date) => Promise<SignedIn | null>;
  readonly findAccount: (accountId: AccountId) => Promise<Account | null>;
  readonly audit: Audit<Transaction<unknown>>;
  /** Whether an error says that the database is away. */
  readonly isUnreachable: (error: unknown) => boolean;
};

/** What an act was, to be written down with the act. */
export type Act = { readonly action: string; readonly object?: string | null; readonly detail?: AuditDetail };

type Parsed<Shape> = Shape extends z.ZodType ? z.output<Shape> : undefined;

type AnyCall<Route extends PanelRoute> = {
  readonly now: Date;
  readonly client: PanelClient;
  readonly ground: CookieGround;
  /** The page's own origin, as its browser sees it. */
  readonly origin: string | null;
  /** What stands in the address under a name: `:id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Parsed<Route['body']>;
  readonly query: Parsed<Route['query']>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

type SignedInCall = { readonly signedIn: SignedIn };

/** `may` asks for more than the route's own permission, such as what an answer may also tell. */
type PermittedCall = SignedInCall & { readonly may: (permission: Permission) => boolean };

/**
 * What a handler is handed, by its route's scope. In `own-account` the account is the one that the caller's role was proved for, and
 * `audit` writes into its log; in `installation` the handler names the log: that of the account an act was on, or the installation's own.
 */
export type PanelCall<Route extends PanelRoute = PanelRoute> = AnyCall<Route> &
  (Route['scope'] extends 'own-account'
    ? PermittedCall & {
        readonly account: Account;
        readonly audit: (transaction: Transaction<unknown>, act: Act) => Promise<void>;
      }
    : Route['scope'] extends 'installation'
      ? PermittedCall & {
          readonly audit: (transaction: Transaction<unknown>, log: AuditLog, act: Act) => Promise<void>;
        }
      : Route['scope'] extends 'signed-in'
        ? SignedInCall
        : { readonly signedIn: SignedIn | null });

/** A handler that sent its answer itself, such as a stream, says so. */
export const answered = Symbol('answered');

export type PanelAnswer = Result<unknown, PanelProblem> | typeof answered;

export type PanelHandlers<Table extends PanelRouteTable> = {
  readonly [Name in keyof Table]: (call: PanelCall<Table[Name]>) => Promise<PanelAnswer>;
};

export const panelProblem = (
  problem: PanelProblemSlug,
  more: Omit<PanelProblem, 'problem'> = {},
): { readonly ok: false; readonly refusal: PanelProblem } => refuse({ problem, ...more });

/** What the guard has found out before a body is read. */
type Admitted = {
  readonly now: Date;
  readonly client: PanelClient;
  readonly ground: CookieGround;
  readonly signedIn: SignedIn | null;
  readonly account: Account | null;
};

/**
 * Registers routes of the panel; there is no other way to. Whether a call is of our page, who makes it and whether they may is known before a
 * byte of its body is read.
 */
export const panelRoutes =
  <const Table extends PanelRouteTable>(
    guard: Guard,
    table: Table,
    handlers: PanelHandlers<NoInfer<Table>>,
  ): FastifyPluginCallback =>
  (app, _options, done) => {
    const admitted = new WeakMap<FastifyRequest, Admitted>();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    app.setErrorHandler((error: FastifyError, _request, reply) => answerError(guard, error, reply));
    for (const [name, route] of Object.entries(table)) {
      const handle = handlers[name] as (call: PanelCall) => Promise<PanelAnswer>;
      app.route({
        method: route.method,
        url: addressOf(route),
        exposeHeadRoute: false,
        ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
        async onRequest(request, reply) {
          const entry = await admit(guard, route, request);
          if (!entry.ok) return answerProblem(reply, entry.refusal);
          admitted.set(request, entry.value);
          return undefined;
        },
        async handler(request, reply) {
          const call = callOf(guard, route, { request, reply, admitted: admitted.get(request)! });
          const answer = call.ok ? await handle(call.value) : call;
          if (answer === answered) return reply;
          return answer.ok ? reply.send(answer.value ?? {}) : answerProblem(reply, answer.refusal);
        },
      });
    }
    done();
  };

async function admit(
  guard: Guard,
  route: PanelRoute,
  request: FastifyRequest,
): Promise<Result<Admitted, PanelProblem>> {
  const now = guard.clock();
  const client = guard.clientOf(request);
  const arrival = {
    secFetchSite: headerOf(request, 'sec-fetch-site'),
    origin: headerOf(request, 'origin'),
    host: headerOf(request, 'host'),
    panelHeader: headerOf(request, PANEL_HEADER),
    isHttps: client.isHttps,
  };
  if (!isOfOurPanel(arrival, { changes: changesState(route), publicOrigin: guard.publicOrigin }))
    return panelProblem('cross-site');
  if (!client.isHttps && (guard.isProduction || !client.isLocal)) return panelProblem('https-needed');
  const ground: CookieGround = client.isHttps ? 'secure' : 'local';
  const token = sessionTokenOf(headerOf(request, 'cookie'), ground);
  const signedIn = token === null ? null : await guard.findSignedIn(token, now);
  const entry = { now, client, ground, signedIn, account: null };
  if (route.scope === 'anyone') return ok(entry);
  if (signedIn === null) return panelProblem('not-signed-in');
  if (route.scope === 'signed-in') return ok(entry);
  if (route.scope === 'installation')
    return installationPermissions(signedIn.user).includes(route.permission) ? ok(entry) : panelProblem('forbidden');
  const accountId = parseAccountId((request.params as Record<string, string>)['account'] ?? '');
  // Before anything is looked up: an account of somebody else costs and answers what no account at all does.
  if (!accountId.ok || rolesIn(signedIn.user, accountId.value).length === 0) return panelProblem('not-found');
  if (!permissionsIn(signedIn.user, accountId.value).includes(route.permission)) return panelProblem('forbidden');
  const account = await guard.findAccount(accountId.value);
  return account === null ? panelProblem('not-found') : ok({ ...entry, account });
}

type Arrived = { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly admitted: Admitted };

function callOf(
  guard: Guard,
  route: PanelRoute,
  { request, reply, admitted: { now, client, ground, signedIn, account } }: Arrived,
): Result<PanelCall, PanelProblem> {
  const body = route.body === undefined ? ok(undefined) : jsonOf(request, route.body);
  if (!body.ok) return body;
  const query = route.query?.safeParse(request.query);
  if (query?.success === false) return panelProblem('malformed', at(query.error));
  const audit = (transaction: Transaction<unknown>, log: AuditLog, act: Act): Promise<void> =>
    guard.audit(transaction, {
      accountId: log,
      at: now,
      who: { kind: 'user', userId: signedIn!.user.id },
      action: act.action,
      object: act.object ?? null,
      detail: act.detail ?? {},
    });
  const permitted = signedIn === null ? [] : installationPermissions(signedIn.user);
  const ofAccount = signedIn === null || account === null ? permitted : permissionsIn(signedIn.user, account.id);
  const call = {
    now,
    client,
    ground,
    origin: headerOf(request, 'origin') ?? pageOriginOf(guard, request, client),
    request,
    reply,
    params: request.params as Record<string, string>,
    body: body.value,
    query: query?.data,
    signedIn,
    account,
    may: (permission: Permission) => ofAccount.includes(permission),
    audit:
      account === null ? audit : (transaction: Transaction<unknown>, act: Act) => audit(transaction, account.id, act),
  };
  return ok(call as unknown as PanelCall);
}

/** What a call that only reads does not say: the address that people use, where it is the one asked, else the one asked. */
function pageOriginOf({ publicOrigin }: Guard, request: FastifyRequest, { isHttps }: PanelClient): string | null {
  const host = headerOf(request, 'host');
  return publicOrigin !== null && new URL(publicOrigin).host === host ? publicOrigin : ownOriginOf({ host, isHttps });
}

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

/** The name of the first value that is not as it must be. Never the value. */
function at(error: z.ZodError): { readonly at?: string } {
  const path = error.issues[0]?.path.join('.');
  return path === undefined || path === '' ? {} : { at: path };
}

function jsonOf(request: FastifyRequest, shape: z.ZodType): Result<unknown, PanelProblem> {
  if (!(request.body instanceof Uint8Array)) return panelProblem('malformed');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    return panelProblem('malformed');
  }
  const parsed = shape.safeParse(value);
  return parsed.success ? ok(parsed.data) : panelProblem('malformed', at(parsed.error));
}

export function answerProblem(reply: FastifyReply, problem: PanelProblem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply.code(panelProblems[problem.problem]).send(problem);
}

function answerError({ isUnreachable }: Guard, error: FastifyError, reply: FastifyReply): FastifyReply {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return answerProblem(reply, { problem: 'too-large' });
  if (error.statusCode !== undefined && error.statusCode < 500) return answerProblem(reply, { problem: 'malformed' });
  if (isUnreachable(error)) return answerProblem(reply, { problem: 'unavailable', retryAfterSeconds: 3 });
  throw error;
}
