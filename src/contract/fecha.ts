import { Temporal } from 'temporal-polyfill';
import { MS_PER_DAY, MS_PER_HOUR } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';

export type FechaRefusal = { readonly kind: 'date-unreadable' } | { readonly kind: 'date-too-far' };

export type Schedule = {
  /** When to send: the instant that was meant, or now when that has passed. */
  readonly sendAt: Date;
  /** The wish as it was written, in Spanish time; null: at once. */
  readonly sendAtText: string | null;
};

/** The contract's one time zone. */
export const TIME_ZONE = 'Europe/Madrid';

/**
 * When a request is to be sent.
 *
 * [Note: The two nights of Fecha]
 * On the last Sunday of March the clock goes from 02:00 to 03:00: a time between is taken one hour later (02:30 means 03:30, which is
 * what a clock that was not set reads 02:30). On the last Sunday of October the hour from 02:00 to 03:00 comes twice: the first is
 * meant. These are the rules of RFC 5545 and of Temporal's `compatible`.
 * @param text `YYYY-MM-DD HH:mm`, seconds tolerated; null: at once.
 */
export function parseFecha(text: string | null, now: Date): Result<Schedule, FechaRefusal> {
  if (text === null) return ok({ sendAt: now, sendAtText: null });
  const written = text.trim();
  const meant = instantOf(written);
  if (meant === null) return refuse({ kind: 'date-unreadable' });
  if (isOverAYearAfter(meant, now)) return refuse({ kind: 'date-too-far' });
  return ok({ sendAt: meant > now ? meant : now, sendAtText: written });
}

const FORM = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})(?::(\d{2}))?$/;

function instantOf(written: string): Date | null {
  const digits = FORM.exec(written)?.slice(1);
  if (digits === undefined) return null;
  const [year, month, day, hour, minute, second] = digits.map((number) => Number(number ?? 0));
  const named = { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second! };
  try {
    const wallTime = Temporal.PlainDateTime.from(named, { overflow: 'reject' });
    return new Date(wallTime.toZonedDateTime(TIME_ZONE, { disambiguation: 'compatible' }).epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError) return null; // no such day or hour
    throw error;
  }
}

/** A year on the calendar is 365 or 366 days: the calendar is asked only where that makes the difference. */
const isOverAYearAfter = (instant: Date, now: Date): boolean =>
  instant.getTime() - now.getTime() >= 365 * MS_PER_DAY - MS_PER_HOUR &&
  instant.getTime() >
    Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(TIME_ZONE).add({ years: 1 })
      .epochMilliseconds;

/** Swedish writes date and time as the contract does. */
const wallClock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** An instant on the clocks of Spain: `YYYY-MM-DD HH:mm:ss`. */
export const spanishSecond = (instant: Date): string => wallClock.format(instant);

/** The same to the minute: `YYYY-MM-DD HH:mm`. */
export const spanishMinute = (instant: Date): string => spanishSecond(instant).slice(0, 'YYYY-MM-DD HH:mm'.length);
