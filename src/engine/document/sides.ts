import type { Side } from './document.ts';
import { findLabels } from './find-labels.ts';
import type { PictureReading } from './read-side.ts';
import { markScore } from './recognise-type.ts';
import type { DocumentType } from './types/document-type.ts';

export type Sides = Readonly<Partial<Record<Side, PictureReading>>>;

const ZONE_WEIGHT = 4; // a machine readable zone says which side of a card it is on
const SHOWS_FRONT = 2.5; // title or labels, beside a zone that belongs to the back

/**
 * Which picture is which side. People photograph them in the wrong order, or both on one picture: that one is then front and
 * back. @param given what each picture was handed in as.
 */
export function sidesOf(type: DocumentType, pictures: readonly { given: Side; picture: PictureReading }[]): Sides {
  const looksLike = (side: Side, picture: PictureReading): number => {
    const zone = picture.mrz !== null && (side === 'back') === !type.oneSided ? ZONE_WEIGHT : 0;
    return zone + printScore(type, side, picture);
  };
  const [first, second] = pictures;
  if (first === undefined) return {};
  if (second !== undefined) {
    const [front, back] = first.given === 'front' ? [first.picture, second.picture] : [second.picture, first.picture];
    const asGiven = looksLike('front', front) + looksLike('back', back);
    const swapped = looksLike('front', back) + looksLike('back', front);
    return swapped > asGiven ? { front: back, back: front } : { front, back };
  }
  const { picture, given } = first;
  const hasZone = picture.mrz !== null && !type.oneSided;
  if (hasZone)
    return printScore(type, 'front', picture) >= SHOWS_FRONT ? { front: picture, back: picture } : { back: picture };
  const front = looksLike('front', picture);
  const back = looksLike('back', picture);
  if (front === back) return { [given]: picture };
  return front > back ? { front: picture } : { back: picture };
}

function printScore(type: DocumentType, side: Side, picture: PictureReading): number {
  const labels = findLabels(type.fields[side], picture.segments).filter(({ likeness }) => likeness > 0);
  return markScore(type, side, picture) + 0.5 * labels.length;
}
