import { BYTE_ORDER_MARK, csvLine } from './csv.ts';
import type { RequestRow, RequestState } from './request.schema.ts';
import en from './text/en.json' with { type: 'json' };
import es from './text/es.json' with { type: 'json' };

type ExportTexts = {
  readonly columns: Readonly<Record<(typeof columns)[number], string>>;
  readonly states: Readonly<Record<RequestState, string>>;
};

const columns = [
  'id',
  'state',
  'requestedAt',
  'updatedAt',
  'phone',
  'reference',
  'requestedNumber',
  'documentNumber',
  'outcome',
  'rejection',
  'lapseReason',
] as const satisfies readonly (keyof RequestRow)[];

const textsOf: Readonly<Record<'es' | 'en', ExportTexts>> = { es, en };

export const exportHead = (language: 'es' | 'en'): string =>
  BYTE_ORDER_MARK + csvLine(columns.map((column) => textsOf[language].columns[column]));

export const exportLine = (row: RequestRow, language: 'es' | 'en'): string =>
  csvLine(columns.map((column) => (column === 'state' ? textsOf[language].states[row.state] : row[column])));
