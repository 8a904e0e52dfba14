import { z } from 'zod';

/** Why a call of the panel was not done, and the HTTP status it is answered with. */
export const panelProblems = {
  malformed: 400,
  /** One of the values is refused; `at` names it, `why` is a slug. */
  'value-refused': 422,
  'not-signed-in': 401,
  /** Name, password, code or passkey: which of them is never told. */
  'not-recognised': 401,
  'cross-site': 403,
  /** Sign-in cookies travel by HTTPS, or on this machine. */
  'https-needed': 403,
  forbidden: 403,
  'not-found': 404,
  'link-unknown': 404,
  /** It is no longer as the page showed it: look again. */
  conflict: 409,
  'too-large': 413,
  'too-often': 429,
  busy: 503,
  unavailable: 503,
} as const;

export type PanelProblemSlug = keyof typeof panelProblems;

export const panelProblem = z.object({
  problem: z.enum(Object.keys(panelProblems) as [PanelProblemSlug, ...PanelProblemSlug[]]),
  retryAfterSeconds: z.int().optional(),
  /** The name of the value that was refused. */
  at: z.string().optional(),
  /** A slug: what was wrong with it, or what it conflicts with. */
  why: z.string().optional(),
});

export type PanelProblem = {
  readonly problem: PanelProblemSlug;
  readonly retryAfterSeconds?: number;
  readonly at?: string;
  readonly why?: string;
};

/** A page of ours adds this header to every call that changes something; a form of somebody else's cannot. */
export const PANEL_HEADER = 'x-cotejo-panel';
