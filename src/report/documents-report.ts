import type { DocumentFailure, DocumentsEvaluation, FieldFigures } from '../evaluation/documents.ts';
import { evaluationPage, figureTable, figureText, gallery, percent, type FigureRow } from './evaluation-page.ts';
import { html } from '../kernel/html.ts';

export const documentsText = (evaluation: DocumentsEvaluation): string => figureText('documents', rowsOf(evaluation));

/** @param picture a `data:` address of a document by its file; null where it cannot be shown. */
export async function documentsReport(
  evaluation: DocumentsEvaluation,
  picture: (file: string) => Promise<string | null>,
): Promise<string> {
  const byFile = Map.groupBy(evaluation.failures, ({ file }) => file);
  const failures = await Promise.all(
    [...byFile].map(async ([file, all]) => ({
      pictures: [await picture(file)],
      title: file,
      text: all.map(said).join(' · '),
    })),
  );
  return evaluationPage(
    'documents',
    html`${figureTable(rowsOf(evaluation))}
      <h2>Fields</h2>
      <table>
        <tr>
          <th>field</th>
          <th class="number">exact</th>
          <th class="number">exact without accents</th>
          <th class="number">of</th>
        </tr>
        ${Object.entries(evaluation.viz.byField).map(
          ([name, { exact, folded, total }]) =>
            html`<tr>
              <td>${name}</td>
              <td class="number">${exact}</td>
              <td class="number">${folded}</td>
              <td class="number">${total}</td>
            </tr>`,
        )}
      </table>
      <h2>Failures</h2>
      ${gallery(failures)}
      <h2>Time</h2>
      <table>
        <tr>
          <th>file</th>
          <th>read as</th>
          <th class="number">ms</th>
          <th class="number">CPU ms</th>
        </tr>
        ${evaluation.perItem.map(
          ({ file, type, ms, cpuMs }) =>
            html`<tr>
              <td>${file}</td>
              <td>${type}</td>
              <td class="number">${ms.toFixed(0)}</td>
              <td class="number">${cpuMs.toFixed(0)}</td>
            </tr>`,
        )}
      </table>`,
  );
}

const said = ({ of, field, expected, read }: DocumentFailure): string =>
  `${field ?? of}: ${expected === '' ? 'nothing' : expected} read as ${read === '' ? 'nothing' : read}`;

function rowsOf({ items, mrz, viz, spanish, portraits, cpuMsPerItem, msPerItem }: DocumentsEvaluation): FigureRow[] {
  const share = (name: string, count: number, of: number, note = ''): FigureRow => ({
    name,
    value: percent(of === 0 ? NaN : count / of, 1),
    counted: `${count} of ${of}${note}`,
  });
  return [
    { name: 'pictures', value: String(items), counted: '' },
    share('MRZ exact', mrz.exact, mrz.total, ' conforming zones'),
    share('MRZ exact, repaired ones too', mrz.exactAfterRepair, mrz.total),
    share('MRZ data lines', mrz.dataLines, mrz.total),
    share('MRZ check digits hold as read', mrz.checksPass, mrz.total),
    share('MRZ accepted and wrong', mrz.acceptedWrong, mrz.accepted, ' accepted'),
    share('false MRZ', mrz.falseMrz, mrz.negatives, ' pictures without'),
    share('zones against the standard: as printed', mrz.nonConforming.exact, mrz.nonConforming.total),
    fieldRow('fields exact', viz),
    fieldRow('Spanish fields exact', spanish),
    share('portraits found', portraits.found, portraits.shown),
    { name: 'time', value: `${msPerItem.toFixed(0)} ms`, counted: `CPU ${cpuMsPerItem.toFixed(0)} ms per picture` },
  ];
}

const fieldRow = (name: string, { fields, exact, folded, fromZone }: FieldFigures): FigureRow => ({
  name,
  value: percent(fields === 0 ? NaN : exact / fields, 1),
  counted: `${exact} of ${fields} (${folded} without accents; ${fromZone} from the zone)`,
});
