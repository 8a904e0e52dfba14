/** A line of text as OCR returns it; `box` is four corners in px. */
export type TextLine = { readonly text: string; readonly box?: readonly (readonly number[])[] };

/** Rows and their length by format: TD1, TD2 and MRV-B, TD3 and MRV-A. */
const formats = [
  { rows: 3, length: 30 },
  { rows: 2, length: 36 },
  { rows: 2, length: 44 },
] as const;

/** How much shorter or longer a line may be read: fillers are lost and doubled. */
const lengthSlack = 0.2;

/**
 * The MRZ in lines of plain OCR text, the way it is commonly done: spaces out, look-alikes of the filler put right, lines of the
 * length of an MRZ's rows that hold a filler or only capitals and digits, the lowest two or three of them, cut or filled up to length.
 * Null where no such lines stand together.
 */
export function mrzOfText(text: readonly TextLine[]): string[] | null {
  const top = ({ box }: TextLine): number => Math.min(...(box ?? [[0, 0]]).map((corner) => corner[1] ?? 0));
  const lines = text
    .toSorted((a, b) => top(a) - top(b))
    .map((line) => cleaned(line.text))
    .filter((line) => /^[A-Z0-9<]+$/.test(line));
  for (const { rows, length } of formats) {
    const alike = lines.filter((line) => Math.abs(line.length - length) <= (length * lengthSlack) / 2);
    const zone = alike.slice(-rows);
    if (zone.length === rows && zone.some((line) => line.includes('<')))
      return zone.map((line) => line.slice(0, length).padEnd(length, '<'));
  }
  return null;
}

const cleaned = (line: string): string =>
  line
    .toUpperCase()
    .replace(/\s/g, '')
    .replace(/[«≪《]/g, '<<')
    .replace(/[‹〈＜く]/g, '<');
