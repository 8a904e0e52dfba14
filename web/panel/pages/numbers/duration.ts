import { useTexts } from '../../shell/text.tsx';

/** Writes a duration in its two largest units: `2 h 5 min`, `48 s`. @param seconds not negative. */
export function useDuration(): (seconds: number) => string {
  const { number } = useTexts();
  return (seconds) => {
    const whole = Math.round(seconds);
    if (whole < 60) return `${number(whole)} s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 60) return `${number(Math.floor(whole / 60))} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return `${number(hours)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
    return `${number(Math.floor(hours / 24))} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
  };
}
