import type { ReactNode } from 'react';
import { visiblePieces } from '../../work/visible-text.ts';
import { useWork } from '../../work/texts.tsx';
import type { LetterPair } from './letters.ts';

type Props = { readonly pairs: readonly LetterPair[]; readonly side: 'zone' | 'print' };

/** One of two readings, with the letters that differ from the other one lit, boxed and told. A letter that only the other has is a gap. */
export function LettersShown({ pairs, side }: Props): ReactNode {
  const { w } = useWork();
  const shown = (text: string): string =>
    visiblePieces(text)
      .map((piece) => ('text' in piece ? piece.text : `⟨${piece.hidden}⟩`))
      .join('');
  const differ = pairs.filter(({ is }) => is === 'other');
  return (
    <>
      <bdi dir="ltr" className="letters">
        {pairs.map((pair, at) =>
          pair.is === 'other' ? (
            <mark key={at}>{pair[side] === '' ? '\u2423' : shown(pair[side])}</mark>
          ) : (
            <span key={at} className={pair.is === 'rewritten' ? 'rewritten' : undefined}>
              {shown(pair[side])}
            </span>
          ),
        )}
      </bdi>
      {differ.length > 0 && side === 'zone' && (
        <span className="visually-hidden">
          {' '}
          {differ
            .map(({ zone, print }) => w('letters.differ', { zone: shown(zone) || '–', print: shown(print) || '–' }))
            .join('; ')}
        </span>
      )}
    </>
  );
}
