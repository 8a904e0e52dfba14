import type { ReactNode } from 'react';
import { visibleText } from '../../work/visible-text.ts';
import { useWork } from '../../work/texts.tsx';
import type { LetterPair } from './letters.ts';

type Props = { readonly pairs: readonly LetterPair[]; readonly side: 'zone' | 'print' };

/** One of two readings, with the letters that differ from the other one lit, boxed and told. A letter that only the other has is a gap. */
export function LettersShown({ pairs, side }: Props): ReactNode {
  const { w } = useWork();
  const differ = pairs.filter(({ is }) => is === 'other');
  return (
    <>
      <bdi dir="ltr" className="letters">
        {pairs.map((pair, at) =>
          pair.is === 'other' ? (
            <mark key={at}>{pair[side] === '' ? '\u2423' : visibleText(pair[side])}</mark>
          ) : (
            <span key={at} className={pair.is === 'rewritten' ? 'rewritten' : undefined}>
              {visibleText(pair[side])}
            </span>
          ),
        )}
      </bdi>
      {differ.length > 0 && side === 'zone' && (
        <span className="visually-hidden">
          {' '}
          {differ
            .map(({ zone, print }) =>
              w('letters.differ', { zone: visibleText(zone) || '–', print: visibleText(print) || '–' }),
            )
            .join('; ')}
        </span>
      )}
    </>
  );
}
