import type { AlertHours } from '../../../../shared/model/alertRule.ts';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the hours are open at a moment, on the wall clock of a zone. Those that begin in the evening of a day end on the next one. */
export function hoursOpen({ days, from, until }: Pick<AlertHours, 'days' | 'from' | 'until'>, zone: string, atMs: number): boolean {
  const { day, time } = wallClock(zone, atMs);
  const begins = days.includes(day);
  if (from < until) return begins && from <= time && time < until;
  const yesterday = day === 1 ? 7 : day - 1;
  return (begins && time >= from) || (days.includes(yesterday) && time < until);
}

/** Weekday, 1 is Monday, and time of day, `08:30`, where the zone is. */
function wallClock(zone: string, atMs: number): { day: number; time: string } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return { day: weekdays.indexOf(parts['weekday'] ?? '') + 1, time: `${parts['hour'] ?? '00'}:${parts['minute'] ?? '00'}` };
}
