import { z } from 'zod';
import { scoredAttributes, type ScoredAttribute } from '../engine/face/attributes/inputs.ts';
import { ok, refuse, type Result } from '../kernel/result.ts';

/**
 * What a person saw on a photograph. `unsure`: stubble, a faint tint, not to be told, or not looked at; `hidden`: under a mask
 * or a hand, so that the only right answer is none.
 */
export type Label = 'yes' | 'no' | 'unsure' | 'hidden';

/** One photograph of a labelled folder. `person` groups the photographs of one person; any word will do, no names needed. */
export type LabelledPhotograph = {
  readonly file: string;
  readonly person: string;
  readonly labels: Readonly<Record<ScoredAttribute, Label>>;
};

/** What is wrong with a list of labels, in words that name the row. */
export type LabelsRefusal = { readonly kind: 'labels-unusable'; readonly detail: string };

const spelt: Readonly<Record<string, Label>> = {
  yes: 'yes',
  no: 'no',
  unsure: 'unsure',
  hidden: 'hidden',
  '1': 'yes',
  '0': 'no',
  u: 'unsure',
  x: 'hidden',
  '': 'unsure',
};
const labelSchema = z.union([z.string(), z.number()]).transform((word, context): Label => {
  const label = spelt[String(word).trim().toLowerCase()];
  if (label !== undefined) return label;
  context.addIssue({ code: 'custom', message: `'${String(word)}' is none of yes, no, unsure, hidden` });
  return z.NEVER;
});
const fileSchema = z
  .string()
  .min(1, 'no file is named')
  .refine((file) => !/^([/\\]|[A-Za-z]:)/.test(file) && !file.split(/[/\\]/).includes('..'), {
    message: 'the file must lie inside the folder',
  });
/** Columns or keys beyond these are notes of the installer's own, and left alone. */
const rowSchema = z.object({
  file: fileSchema,
  person: z.union([z.string().min(1, 'no person is named'), z.number()]).transform(String),
  glasses: labelSchema,
  sunglasses: labelSchema,
  beard: labelSchema,
  moustache: labelSchema,
});
const columns = ['file', 'person', ...scoredAttributes];

/** Reads `labels.csv`: a header with `file,person,glasses,sunglasses,beard,moustache` in any order, then one photograph a line. */
export function parseLabelsCsv(text: string): Result<readonly LabelledPhotograph[], LabelsRefusal> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = csvCells(lines[0] ?? '').map((name) => name.trim().toLowerCase());
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) return unusable(`the header has no column ${missing.join(', ')}`);
  const rows: { place: string; row: unknown }[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === '') continue;
    const cells = csvCells(line);
    if (cells.length !== header.length)
      return unusable(`line ${i + 1}: ${cells.length} cells, the header has ${header.length}`);
    rows.push({
      place: `line ${i + 1}`,
      row: Object.fromEntries(header.map((name, k) => [name, cells[k]!.trim()])),
    });
  }
  return parseRows(rows);
}

/** Reads `labels.json`: an array of objects with the columns of the CSV as keys. */
export function parseLabelsJson(text: string): Result<readonly LabelledPhotograph[], LabelsRefusal> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return unusable('not JSON');
  }
  if (!Array.isArray(json)) return unusable('not an array of photographs');
  return parseRows(json.map((row: unknown, i) => ({ place: `entry ${i + 1}`, row })));
}

function parseRows(
  rows: readonly { readonly place: string; readonly row: unknown }[],
): Result<readonly LabelledPhotograph[], LabelsRefusal> {
  if (rows.length === 0) return unusable('it names no photograph');
  const placeOf = new Map<string, string>();
  const photographs: LabelledPhotograph[] = [];
  for (const { place, row } of rows) {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      return unusable(`${place}, ${issue.path.join('.') || 'row'}: ${issue.message}`);
    }
    const { file, person, ...labels } = parsed.data;
    const before = placeOf.get(file);
    if (before !== undefined) return unusable(`${place}: the file is that of ${before}`);
    if (labels.sunglasses === 'yes' && labels.glasses === 'no')
      return unusable(`${place}: sunglasses are glasses, but glasses says no`);
    placeOf.set(file, place);
    photographs.push({ file, person, labels });
  }
  return ok(photographs);
}

const unusable = (detail: string): { readonly ok: false; readonly refusal: LabelsRefusal } =>
  refuse({ kind: 'labels-unusable', detail });

/** The cells of one line of RFC 4180: quotes around cells with commas, doubled inside. */
function csvCells(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i]!;
    if (isQuoted && sign === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (sign === '"') isQuoted = !isQuoted;
    else if (sign === ',' && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += sign;
  }
  return [...cells, cell];
}
