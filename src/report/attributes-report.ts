import type { Answers, AttributeTable, AttributesEvaluation } from '../evaluation/attribute-rates.ts';
import type { Rate } from '../evaluation/statistics.ts';
import {
  evaluationPage,
  figureTable,
  figureText,
  gallery,
  interval,
  percent,
  type FigureRow,
} from './evaluation-page.ts';
import { html } from '../kernel/html.ts';

export const attributesText = (evaluation: AttributesEvaluation): string =>
  figureText('attributes', rowsOf(evaluation));

/** How a calibration did on persons that its fit had not seen. */
export const calibrationText = (rates: AttributeTable): string =>
  figureText('answers on photographs of persons left out of the fit', rateRows(rates));

/** @param picture a `data:` address of a photograph by its file; null where it cannot be shown. */
export async function attributesReport(
  evaluation: AttributesEvaluation,
  picture: (file: string) => Promise<string | null>,
): Promise<string> {
  const failures = await Promise.all(
    evaluation.failures.map(async ({ file, attribute, label, answer }) => ({
      pictures: [await picture(file)],
      title: file,
      text: `${words[attribute]}: labelled ${label}, answered ${answer}`,
    })),
  );
  return evaluationPage(
    'attributes',
    html`<p>One photograph at a time, with weights calibrated on: ${evaluation.calibratedOn}</p>
      ${figureTable(rowsOf(evaluation))}
      <h2>Answers by label</h2>
      <table>
        <tr>
          <th>attribute</th>
          <th>label</th>
          <th class="number">yes</th>
          <th class="number">no</th>
          <th class="number">unclear</th>
          <th class="number">not measurable</th>
        </tr>
        ${names.map((name) =>
          labels.map(([label, key]) => {
            const { yes, no, unclear, gated }: Answers = evaluation.attributes[name][key];
            return html`<tr>
              <td>${words[name]}</td>
              <td>${label}</td>
              <td class="number">${yes}</td>
              <td class="number">${no}</td>
              <td class="number">${unclear}</td>
              <td class="number">${gated}</td>
            </tr>`;
          }),
        )}
      </table>
      <h2>Wrong answers</h2>
      ${gallery(failures)}`,
  );
}

const words: Readonly<Record<keyof AttributeTable, string>> = {
  readingGlasses: 'reading glasses',
  sunglasses: 'sunglasses',
  beard: 'beard',
  moustache: 'moustache',
};
const names = ['readingGlasses', 'sunglasses', 'beard', 'moustache'] as const;
const labels = [
  ['yes', 'positives'],
  ['no', 'negatives'],
  ['unsure', 'unsure'],
  ['hidden', 'hidden'],
] as const;

function rowsOf({ photographs, persons, facesFound, attributes }: AttributesEvaluation): FigureRow[] {
  return [
    {
      name: 'faces found',
      value: percent(facesFound / photographs, 1),
      counted: `${facesFound} of ${photographs} photographs, ${persons} people`,
    },
    ...rateRows(attributes),
  ];
}

const rateRows = (table: AttributeTable): FigureRow[] =>
  names.flatMap((name) => {
    const { positives, yesErrors, noErrors } = table[name];
    const all = positives.yes + positives.no + positives.unclear + positives.gated;
    return [
      rightRow(`${words[name]}: yes is right`, yesErrors),
      rightRow(`${words[name]}: no is right`, noErrors),
      {
        name: `${words[name]}: answered yes`,
        value: percent(positives.yes / all, 1),
        counted: `${positives.yes} of ${all} who have it`,
      },
    ];
  });

const rightRow = (name: string, { errors, trials, rate, low, high }: Rate): FigureRow => ({
  name,
  value: percent(1 - rate, 1),
  counted: trials === 0 ? 'no such answer' : `${trials - errors} of ${trials} answers ${interval([1 - high, 1 - low])}`,
});
