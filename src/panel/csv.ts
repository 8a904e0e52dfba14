/**
 * [Note: Cells that do nothing]
 * A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and what comes from outside may be one: a reference, what was
 * read from a document. Such a cell gets an apostrophe in front, which spreadsheets read as "this is text". The same goes for what stands behind a
 * separator inside a cell, because a spreadsheet in another language cuts lines at another one. Control characters, and marks that turn the
 * direction of writing, are shown as the replacement character: they could hide what a cell says, or end it. Every cell is quoted.
 * Source: OWASP, CSV Injection; RFC 4180.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const FORMULA = /(^|[,;|"'\ufffd])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])/gu;

/** One cell, quoted; null and undefined are empty. */
export const csvCell = (value: string | null): string =>
  `"${(value ?? '').replace(HIDDEN, '\ufffd').replace(FORMULA, "$1$2'").replaceAll('"', '""')}"`;

/** A line with its end. */
export const csvLine = (cells: readonly (string | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** Tells spreadsheets that what follows is UTF-8. */
export const BYTE_ORDER_MARK = '\ufeff';
