import type { Figure } from '../../../../src/panel/health.schema.ts';
import { useTexts } from '../../shell/text.tsx';

const SECONDS_IN = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Writes a figure with its unit, short, as the language does. */
export function useFigure(): (figure: Figure) => string {
  const { number, percent, time } = useTexts();
  const measure = (value: number, unit: string, digits: number): string =>
    number(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits });
  return (figure) => {
    switch (figure.unit) {
      case 'count':
        return number(figure.value);
      case 'share':
        return percent(figure.value);
      case 'word':
        return figure.value;
      case 'instant':
        return time(figure.value);
      case 'bytes':
        return figure.value >= 1e9
          ? measure(figure.value / 1e9, 'gigabyte', 1)
          : measure(figure.value / 1e6, 'megabyte', 0);
      case 'seconds': {
        const { value } = figure;
        for (const [unit, size] of SECONDS_IN) if (value >= size) return measure(value / size, unit, 1);
        return value > 0 && value < 1 ? measure(value * 1000, 'millisecond', 0) : measure(value, 'second', 0);
      }
    }
  };
}
