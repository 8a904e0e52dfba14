import { html, type Markup } from '../kernel/html.ts';
import { page } from './page.ts';

/** A failure to look at: its picture where there is one, and what went wrong. */
export type Failure = { readonly pictures: readonly (string | null)[]; readonly title: string; readonly text: string };

/** A figure with what it was counted on. */
export type FigureRow = { readonly name: string; readonly value: string; readonly counted: string };

export const figureTable = (rows: readonly FigureRow[]): Markup =>
  html`<table>
    ${rows.map(
      ({ name, value, counted }) =>
        html`<tr>
          <td>${name}</td>
          <td class="number"><strong>${value}</strong></td>
          <td class="soft">${counted}</td>
        </tr>`,
    )}
  </table>`;

export const gallery = (failures: readonly Failure[]): Markup =>
  failures.length === 0
    ? html`<p class="soft">none</p>`
    : html`<div class="row">
        ${failures.map(
          ({ pictures, title, text }) =>
            html`<figure style="flex: 0 1 240px">
              <div class="row" style="gap: 4px">
                ${pictures.map((picture) => picture !== null && html`<img src="${picture}" alt="" style="max-height: 150px; max-width: 220px" />`)}
              </div>
              <figcaption><strong>${title}</strong><br />${text}</figcaption>
            </figure>`,
        )}
      </div>`;

export const evaluationPage = (title: string, body: Markup): string =>
  page(
    `Cotejo · ${title}`,
    'en',
    html`<h1>Cotejo · ${title}</h1>
      <p class="soft">Measured with the code that serves. 95 % intervals in brackets.</p>
      ${body}`,
  );

/** The same rows for the terminal, in columns. */
export function figureText(title: string, rows: readonly FigureRow[]): string {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  return [
    title,
    ...rows.map(({ name, value, counted }) => `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}  ${counted}`),
    '',
  ].join('\n');
}

export const percent = (rate: number, digits = 2): string =>
  Number.isFinite(rate) ? `${(rate * 100).toFixed(digits)} %` : 'n/a';
export const interval = ([low, high]: readonly [low: number, high: number]): string =>
  `[${(low * 100).toFixed(2)} – ${(high * 100).toFixed(2)} %]`;
