import type { ReactNode } from 'react';
import { visiblePieces } from './visible-text.ts';
import './untrusted.css';

type Props = {
  readonly text: string;
  /** Whether line feeds are lines. */
  readonly keepsLines?: boolean;
};

/** What somebody outside wrote: text and nothing else, kept from turning round what stands beside it, with what would not be seen named. */
export const Untrusted = ({ text, keepsLines = false }: Props): ReactNode => (
  <bdi dir="auto" className={keepsLines ? 'untrusted lines' : 'untrusted'}>
    {visiblePieces(text, keepsLines).map((piece, at) =>
      'text' in piece ? (
        piece.text
      ) : (
        <span key={at} className="hidden-character">
          {piece.hidden}
        </span>
      ),
    )}
  </bdi>
);
