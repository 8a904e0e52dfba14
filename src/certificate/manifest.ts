import { ok, refuse, type Result } from '../kernel/result.ts';
import { canonicalJson } from './canonical-json.ts';
import { statementSchema, type Statement } from './statement.ts';

/** The name of the attachment that a certificate carries. */
export const MANIFEST_NAME = 'cotejo-statement.json';

/** The statement as a machine reads it. The same statement gives the same bytes. */
export const manifestOf = (statement: Statement): Uint8Array => new TextEncoder().encode(canonicalJson(statement));

export type ManifestRefusal =
  | { readonly kind: 'manifest-unreadable' }
  /** JSON, and no statement of a version that is known here. */
  | { readonly kind: 'manifest-not-a-statement'; readonly at: string }
  /** A statement, written otherwise than ours are. */
  | { readonly kind: 'manifest-not-canonical' };

export function readManifest(bytes: Uint8Array): Result<Statement, ManifestRefusal> {
  let json: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    json = JSON.parse(text);
  } catch {
    return refuse({ kind: 'manifest-unreadable' });
  }
  const parsed = statementSchema.safeParse(json);
  if (!parsed.success)
    return refuse({ kind: 'manifest-not-a-statement', at: parsed.error.issues[0]?.path.join('.') ?? '' });
  return canonicalJson(parsed.data) === text ? ok(parsed.data) : refuse({ kind: 'manifest-not-canonical' });
}
