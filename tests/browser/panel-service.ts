import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type AccountRole, permissionsOf } from '../../src/access/roles.ts';
import type { UserLanguage } from '../../src/access/user.ts';
import { securityHeaders } from '../../src/http/security-headers.ts';
import { type BuiltPages, serveApplication } from '../../src/http/static.route.ts';
import { callbackSetupSchema, callbackTestSchema, savedCallbackSchema } from '../../src/panel/callback.schema.ts';
import { creditsStatementSchema, figuresSchema } from '../../src/panel/figures.schema.ts';
import { healthAnswer } from '../../src/panel/health.schema.ts';
import { requestPageSchema } from '../../src/panel/request.schema.ts';
import { type PanelProblemSlug, PANEL_HEADER, panelProblems } from '../../src/panel/problems.schema.ts';
import {
  auditAnswer,
  blockedAnswer,
  changeLanguageBody,
  meAnswer,
  newTokenAnswer,
  recoveryCodesAnswer,
  sessionAnswer,
  signUpAnswer,
  signUpLinkAnswer,
  tokensAnswer,
  usersAnswer,
} from '../../src/panel/session-protocol.schema.ts';
import { accountsAnswer, settingsAnswer } from '../../src/panel/settings.schema.ts';
import { sampleWorld } from './panel-world.ts';

export const ACCOUNT = '3141592653';
export const OTHER_ACCOUNT = '2718281828';

export type PanelWish = {
  readonly role?: AccountRole | 'installer';
  readonly isSignedIn?: boolean;
  /** A second membership, so that there is something to switch to. */
  readonly hasTwoAccounts?: boolean;
};

/**
 * A service with nothing behind it that says what the panel's schemas say, no more and no less: every answer goes through them. Pictures and
 * the look at every page are taken against it, since they want a year's worth of data; stories are told against the service itself.
 */
export async function startPanelService(pages: BuiltPages) {
  const app: FastifyInstance = fastify();
  app.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders(false)));
  serveApplication(app, '/panel', pages);
  let wish: Required<PanelWish> = { role: 'administrator', isSignedIn: true, hasTwoAccounts: true };
  /** What was chosen since somebody else came; null: their browser's. */
  let language: UserLanguage | null = null;
  /** What the next call below this path is answered with instead. */
  const failing = new Map<string, PanelProblemSlug>();
  const world = sampleWorld();

  const say =
    <Shape extends z.ZodType>(shape: Shape, value: () => z.input<Shape>) =>
    async (_request: unknown, reply: FastifyReply): Promise<FastifyReply> =>
      reply.send(shape.parse(value()));
  const refuse = (reply: FastifyReply, problem: PanelProblemSlug): FastifyReply =>
    reply.code(panelProblems[problem]).send({ problem });

  app.addHook('preHandler', async (request, reply) => {
    if (!request.url.startsWith('/panel/api/')) return;
    if (request.method !== 'GET' && request.headers[PANEL_HEADER] !== '1') return refuse(reply, 'cross-site');
    const problem = failing.get(new URL(request.url, 'http://here').pathname.replace('/panel/api/', ''));
    if (problem !== undefined) return refuse(reply, problem);
  });

  const session = (accepted: string | undefined): z.input<typeof sessionAnswer> => {
    const now = Date.now();
    const role = wish.role === 'installer' ? null : wish.role;
    const member = (account: string, name: string, as: AccountRole) => ({
      account,
      name,
      role: as,
      permissions: [...permissionsOf[as]],
    });
    return {
      signedIn: wish.isSignedIn
        ? {
            user: {
              id: '7f3c0d6e-2f41-4a5e-9d3b-6a0c5b1e8f10',
              name: 'marta.ruiz@ejemplo.es',
              language: language ?? (accepted?.startsWith('en') === true ? 'en' : 'es'),
              isInstaller: role === null,
            },
            accounts:
              role === null
                ? []
                : [
                    member(ACCOUNT, 'Banco Ejemplo', role),
                    ...(wish.hasTwoAccounts ? [member(OTHER_ACCOUNT, 'Seguros Ejemplo', 'auditor')] : []),
                  ],
            installation: role === null ? [...permissionsOf.installer] : [],
            by: 'passkey',
            signedInAt: new Date(now - 3_600_000).toISOString(),
            endsAt: new Date(now + 7 * 3_600_000).toISOString(),
            idleMinutes: 30,
          }
        : null,
      ways: { passkey: true, password: true, singleSignOn: { label: 'Entrar con el directorio de Ejemplo' } },
    };
  };
  app.get('/panel/api/session', async (request, reply) =>
    reply.send(sessionAnswer.parse(session(request.headers['accept-language']))),
  );
  app.post('/panel/api/session/password', async (_request, reply) => refuse(reply, 'not-recognised'));
  app.delete('/panel/api/session', async (_request, reply) => {
    wish = { ...wish, isSignedIn: false };
    return reply.send({});
  });
  app.post(
    '/panel/api/sign-up',
    say(signUpAnswer, () => world.signUp),
  );
  app.post(
    '/panel/api/sign-up/password',
    say(recoveryCodesAnswer, () => world.recoveryCodes),
  );
  app.get(
    '/panel/api/me',
    say(meAnswer, () => world.me),
  );

  app.put('/panel/api/me/language', async (request, reply) => {
    language = changeLanguageBody.parse(request.body).language;
    return reply.send(meAnswer.parse(world.me));
  });

  app.get(
    '/panel/api/accounts',
    say(accountsAnswer, () => world.accounts),
  );

  app.get(
    '/panel/api/health',
    say(healthAnswer, () => world.health),
  );
  app.get(
    '/panel/api/audit',
    say(auditAnswer, () => world.installationAudit),
  );

  const own = `/panel/api/accounts/:account`;
  app.get(
    `${own}/users`,
    say(usersAnswer, () => world.users),
  );
  app.post(
    `${own}/users`,
    say(signUpLinkAnswer, () => world.signUpLink),
  );
  app.get(
    `${own}/settings`,
    say(settingsAnswer, () => world.settings),
  );
  app.get(
    `${own}/token`,
    say(tokensAnswer, () => world.tokens),
  );
  app.post(
    `${own}/token`,
    say(newTokenAnswer, () => world.newToken),
  );
  app.get(
    `${own}/blocked`,
    say(blockedAnswer, () => world.blocked),
  );
  app.get(
    `${own}/audit`,
    say(auditAnswer, () => world.audit),
  );
  app.get(
    `${own}/callback-endpoint`,
    say(callbackSetupSchema, () => world.callbacks),
  );
  app.post(
    `${own}/callback-endpoint`,
    say(savedCallbackSchema, () => ({ setup: world.callbacks, secret: null })),
  );
  app.post(
    `${own}/callback-endpoint/test`,
    say(callbackTestSchema, () => world.callbackTest),
  );
  app.get(
    `${own}/figures`,
    say(figuresSchema, () => world.figures),
  );
  app.get(
    `${own}/credits`,
    say(creditsStatementSchema, () => world.credits),
  );

  app.post(
    `${own}/requests/search`,
    say(requestPageSchema, () => world.certified),
  );

  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  return {
    origin: `http://localhost:${port}`,
    be(next: PanelWish): void {
      wish = { ...wish, ...next };
      language = null;
    },
    fail(path: string, problem: PanelProblemSlug | null): void {
      if (problem === null) failing.delete(path);
      else failing.set(path, problem);
    },
    close: () => app.close(),
  };
}

export type PanelService = Awaited<ReturnType<typeof startPanelService>>;
