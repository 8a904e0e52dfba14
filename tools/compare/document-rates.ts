import type { DocumentPicture } from './pictures.ts';

/** What a tool read of one picture; `isRelied`: it gives the reading out as good. */
export type ReadMrz = { readonly lines: readonly string[] | null; readonly isRelied: boolean };

export type DocumentRates = {
  readonly withMrz: number;
  /** All lines as they are printed, to the last character. */
  readonly exact: number;
  readonly linesExact: number;
  readonly lines: number;
  /** Given out as good though not what is printed, on pictures with an MRZ and on pictures without. */
  readonly reliedAndWrong: number;
  readonly falseMrz: number;
  readonly withoutMrz: number;
};

export function documentRates(pictures: readonly DocumentPicture[], read: readonly ReadMrz[]): DocumentRates {
  const rates = { withMrz: 0, exact: 0, linesExact: 0, lines: 0, reliedAndWrong: 0, falseMrz: 0, withoutMrz: 0 };
  pictures.forEach(({ mrz }, i) => {
    const { lines, isRelied } = read[i]!;
    if (mrz === null) {
      rates.withoutMrz++;
      if (isRelied) rates.falseMrz++;
      return;
    }
    const isExact = lines !== null && lines.length === mrz.length && lines.every((line, row) => line === mrz[row]);
    rates.withMrz++;
    rates.lines += mrz.length;
    rates.linesExact += mrz.filter((line, row) => lines?.[row] === line).length;
    if (isExact) rates.exact++;
    else if (isRelied) rates.reliedAndWrong++;
  });
  return rates;
}
