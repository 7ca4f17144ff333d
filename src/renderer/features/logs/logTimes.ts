/** How the times of lines are written. */
export type TimeStyle = 'local' | 'utc' | 'off';

const two = (number: number) => (number < 10 ? `0${number}` : String(number));
const three = (number: number) => String(number).padStart(3, '0');

/** Time of day with milliseconds; of another day with its date. Made by hand: it is written for every row that is drawn. */
export function lineTime(atMs: number, style: TimeStyle, withDate: boolean): string {
  if (style === 'off') return '';
  const at = new Date(atMs);
  if (style === 'utc') {
    const text = at.toISOString();
    return withDate ? `${text.slice(5, 10)} ${text.slice(11, 23)}` : text.slice(11, 23);
  }
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${three(at.getMilliseconds())}`;
  return withDate ? `${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}` : time;
}

/** A moment as an input of date and time takes it: local, or UTC, with seconds. */
export function timeField(atMs: number, style: TimeStyle): string {
  const at = new Date(atMs);
  if (style === 'utc') return at.toISOString().slice(0, 19);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const daySpan = 86_400_000;
const spans: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: daySpan };

/**
 * The moment that was typed: `15m` or `2 h ago`, a time of day (the last that there was), or a date and time. Null where it is none.
 */
export function parseMoment(text: string, nowMs: number, style: TimeStyle): number | null {
  const words = text.trim();
  const ago = /^-?(\d{1,6})\s*([smhd])(?:\s+ago)?$/.exec(words);
  if (ago) return nowMs - Number(ago[1]) * (spans[ago[2] ?? 's'] ?? 0);
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.(\d{1,3}))?$/.exec(words);
  if (clock) {
    const [hours, minutes, seconds, millis] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), Number((clock[4] ?? '').padEnd(3, '0'))];
    if (hours > 23 || minutes > 59 || seconds > 59) return null;
    const at = new Date(nowMs);
    if (style === 'utc') at.setUTCHours(hours, minutes, seconds, millis);
    else at.setHours(hours, minutes, seconds, millis);
    return at.getTime() > nowMs ? at.getTime() - daySpan : at.getTime();
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(words)) return null;
  const iso = words.replace(' ', 'T');
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(iso);
  const whole = iso.length === 10 ? `${iso}T00:00` : iso;
  const at = Date.parse(style === 'utc' && !hasZone ? `${whole}Z` : whole);
  return Number.isNaN(at) ? null : at;
}
