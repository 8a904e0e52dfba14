import type { ReactNode } from 'react';
import { type Line, digitsFor, scaleOf } from './finding-scale.ts';
import { useWork } from '../../work/texts.tsx';

type Props = { readonly check: string; readonly score: number; readonly line: Line | null };

const WIDTH = 120;

/** Where a score stands to its line: the good side is thick, the line a stroke, the score a diamond. The number stands beside it in words. */
export function FindingScale({ check, score, line }: Props): ReactNode {
  const { w, number } = useWork();
  const scale = scaleOf(check, score, line);
  const digits = { maximumFractionDigits: digitsFor(score, line), minimumFractionDigits: digitsFor(score, line) };
  const at = (place: number): number => 4 + place * (WIDTH - 8);
  const label =
    line === null
      ? number(score, digits)
      : w(line.passes === 'below' ? 'scale.below' : 'scale.from', {
          score: number(score, digits),
          line: number(line.at, digits),
        });
  return (
    <svg className="scale" viewBox={`0 0 ${WIDTH} 16`} role="img" aria-label={label}>
      <line className="scale-axis" x1={at(0)} x2={at(1)} y1={8} y2={8} />
      {scale.passes !== null && (
        <line className="scale-good" x1={at(scale.passes[0])} x2={at(scale.passes[1])} y1={8} y2={8} />
      )}
      {scale.line !== null && <line className="scale-line" x1={at(scale.line)} x2={at(scale.line)} y1={2} y2={14} />}
      <path className="scale-score" d={`M${at(scale.score)} 3.5l4.5 4.5-4.5 4.5-4.5-4.5z`} />
    </svg>
  );
}
