/** Days are told where the service's are: in Spain. */
const ZONE = 'Europe/Madrid';

const offset = new Intl.DateTimeFormat('en', { timeZone: ZONE, timeZoneName: 'longOffset' });

/** When a day begins there, as an instant in UTC. Its clocks are never changed at midnight. @param day `YYYY-MM-DD` */
export function startOfDay(day: string): string {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const name = offset.formatToParts(new Date(utc)).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [, '+', '00', '00'];
  const aheadMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(utc - aheadMs).toISOString();
}
