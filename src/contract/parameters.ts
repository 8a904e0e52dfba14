import type { z } from 'zod';
import { type Result, ok, refuse } from '../kernel/result.ts';

/** Why a value that was sent is no text. */
export type NotText =
  | 'structure' // an object or a list, where the contract has texts
  | 'number-not-finite'
  | 'number-not-exact' // more digits than a JSON number carries
  | 'file'
  | 'charset'; // bytes that are no text in the charset that was named

export type GivenValue = { readonly text: string } | { readonly notText: NotText };

/** What a call was given, query and body together, by the names in lower case. */
export type Parameters = ReadonlyMap<string, GivenValue>;

export type ParametersRefusal =
  | { readonly kind: 'parameters-too-many'; readonly most: number }
  | { readonly kind: 'parameter-twice'; readonly parameter: string };

/** More than any function has; what comes beyond is an attack or a mistake. */
export const MOST_PARAMETERS = 100;

/** What one place holds, as far as it could be told, and what is wrong with it as a whole. */
export type Gathered = { readonly values: Parameters; readonly refusal: ParametersRefusal | null };

/**
 * The parameters of one place, by their names in lower case. A name that is sent twice in the same letters holds its last value; in
 * different letters nobody can tell which was meant, and the call is refused.
 */
export function gather(given: readonly (readonly [name: string, value: GivenValue | null])[]): Gathered {
  const spellings = new Map<string, string>();
  const values = new Map<string, GivenValue>();
  let twice: string | null = null;
  for (const [name, value] of given.slice(0, MOST_PARAMETERS)) {
    const key = name.toLowerCase();
    if ((spellings.get(key) ?? name) !== name) twice ??= name.slice(0, 40);
    spellings.set(key, name);
    if (value === null) values.delete(key);
    else values.set(key, value);
  }
  if (given.length > MOST_PARAMETERS)
    return { values, refusal: { kind: 'parameters-too-many', most: MOST_PARAMETERS } };
  return { values, refusal: twice === null ? null : { kind: 'parameter-twice', parameter: twice } };
}

/** Both places together; where both have a parameter, the body's counts. */
export const merge = (query: Parameters, body: Parameters): Parameters =>
  query.size === 0 ? body : body.size === 0 ? query : new Map([...query, ...body]);

/** The text of a parameter; null when it is absent, blank or no text. */
export function textOf(parameters: Parameters, name: string): string | null {
  const value = parameters.get(name.toLowerCase());
  return value !== undefined && 'text' in value && value.text.trim() !== '' ? value.text : null;
}

export type ParameterRefusal =
  | { readonly kind: 'parameter-missing'; readonly parameter: string; readonly example: string }
  | { readonly kind: 'parameter-too-long'; readonly parameter: string; readonly most: number }
  | { readonly kind: 'parameter-characters'; readonly parameter: string }
  | { readonly kind: `parameter-${NotText}`; readonly parameter: string };

/**
 * The parameters that a function knows, checked by its schema. Blank is absent; what the function does not know is left out.
 * Each refusal names the parameter as the contract writes it, and never carries its value.
 */
export function select<Schema extends z.ZodObject>(
  schema: Schema,
  parameters: Parameters,
): Result<z.infer<Schema>, ParameterRefusal> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = parameters.get(name.toLowerCase());
    if (value === undefined) continue;
    if ('notText' in value) return refuse({ kind: `parameter-${value.notText}`, parameter: name });
    if (value.text.trim() === '') continue;
    if (!isPlainText(value.text)) return refuse({ kind: 'parameter-characters', parameter: name });
    texts[name] = value.text;
  }
  const parsed = schema.safeParse(texts);
  return parsed.success ? ok(parsed.data) : refuse(refusalOf(parsed.error.issues[0]!, schema));
}

function refusalOf(issue: z.core.$ZodIssue, schema: z.ZodObject): ParameterRefusal {
  const parameter = String(issue.path[0]);
  if (issue.code === 'too_big') return { kind: 'parameter-too-long', parameter, most: Number(issue.maximum) };
  const { examples } = (schema.shape[parameter] as z.ZodType).meta() ?? {};
  return { kind: 'parameter-missing', parameter, example: String((examples as unknown[] | undefined)?.[0]) };
}

/** No control characters besides tab and line ends, no halves of characters, nothing that Unicode says is no character. */
const isPlainText = (text: string): boolean =>
  PRINTABLE_ASCII.test(text) || (text.isWellFormed() && !CONTROLS.test(text));

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/;
