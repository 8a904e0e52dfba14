/** `Retry-After` in milliseconds from now: seconds, or a date. Null when it is neither. Source: RFC 9110, section 10.2.3. */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d{1,8}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
