/** What a spreadsheet makes of a line, cut at a separator: RFC 4180's quotes, and what stands outside of them taken as it is. */
export function cellsOf(line: string, separator: string): string[] {
  const cells = [''];
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (character === '"') {
      if (quoted && line[at + 1] === '"') {
        cells[cells.length - 1] += '"';
        at += 1;
      } else quoted = !quoted;
    } else if (character === separator && !quoted) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells;
}

/** The same for one that does not know quotes. */
export const cutAt = (line: string, separator: string): string[] => line.split(separator);

export const isFormula = (cell: string): boolean => /^["\s]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/u.test(cell);
