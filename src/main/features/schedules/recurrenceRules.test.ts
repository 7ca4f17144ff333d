import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Recurrence, recurrenceText } from '../../../shared/model/recurrence.ts';
import { nextOccurrence, previousOccurrence, wallMoment } from './recurrenceRules.ts';

const berlin = (change: Partial<Recurrence> = {}): Recurrence => ({ every: 'day', at: '02:30', zone: 'Europe/Berlin', ...change });
const utc = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();
const following = (recurrence: Recurrence, from: string, count: number) => {
  const found: string[] = [];
  let at = utc(from);
  for (let index = 0; index < count; index += 1) {
    at = nextOccurrence(recurrence, at);
    found.push(iso(at));
  }
  return found;
};

test('a time that the clock leaves out in spring is as much later; the days around it keep their wall time', () => {
  // Germany goes from 02:00 to 03:00 on 2027-03-28.
  expect(following(berlin(), '2027-03-26T12:00:00Z', 3)).toEqual(['2027-03-27T01:30:00.000Z', '2027-03-28T01:30:00.000Z', '2027-03-29T00:30:00.000Z']);
});

test('a time that comes twice in autumn counts once, the first time', () => {
  // Germany goes from 03:00 back to 02:00 on 2026-10-25.
  expect(following(berlin(), '2026-10-23T12:00:00Z', 3)).toEqual(['2026-10-24T00:30:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
  expect(iso(nextOccurrence(berlin(), utc('2026-10-25T00:30:00Z')))).toBe('2026-10-26T01:30:00.000Z');
});

test('a week keeps its wall time over daylight saving on both sides of the equator', () => {
  const sunday = { every: 'week', weekday: 7, at: '03:00' } as const;
  expect(following(berlin(sunday), '2026-10-18T12:00:00Z', 2)).toEqual(['2026-10-25T02:00:00.000Z', '2026-11-01T02:00:00.000Z']);
  // New South Wales leaves daylight saving on 2027-04-04.
  expect(following({ ...sunday, at: '12:00', zone: 'Australia/Sydney' }, '2027-03-27T12:00:00Z', 2)).toEqual([
    '2027-03-28T01:00:00.000Z',
    '2027-04-04T02:00:00.000Z',
  ]);
});

test('months that are too short give their last day', () => {
  expect(following({ every: 'month', day: 31, at: '00:00', zone: 'UTC' }, '2027-12-31T12:00:00Z', 4)).toEqual([
    '2028-01-31T00:00:00.000Z',
    '2028-02-29T00:00:00.000Z',
    '2028-03-31T00:00:00.000Z',
    '2028-04-30T00:00:00.000Z',
  ]);
});

test('weekdays are counted within a month, from its end too', () => {
  const at = { at: '04:00', zone: 'UTC' };
  expect(following({ every: 'month', weekday: 7, nth: -1, ...at }, '2026-11-01T00:00:00Z', 2)).toEqual([
    '2026-11-29T04:00:00.000Z',
    '2026-12-27T04:00:00.000Z',
  ]);
  expect(following({ every: 'month', weekday: 2, nth: 2, ...at }, '2026-11-01T00:00:00Z', 2)).toEqual(['2026-11-10T04:00:00.000Z', '2026-12-08T04:00:00.000Z']);
});

test('quarters and years', () => {
  const at = { at: '09:00', zone: 'UTC' };
  expect(following({ every: 'quarter', day: 15, month: 2, ...at }, '2026-11-21T00:00:00Z', 3)).toEqual([
    '2027-02-15T09:00:00.000Z',
    '2027-05-15T09:00:00.000Z',
    '2027-08-15T09:00:00.000Z',
  ]);
  expect(following({ every: 'year', day: 29, month: 2, ...at }, '2027-01-01T00:00:00Z', 2)).toEqual(['2027-02-28T09:00:00.000Z', '2028-02-29T09:00:00.000Z']);
});

test('a zone that skips a whole day, and one of half an hour', () => {
  // Samoa left out 2011-12-30; Lord Howe changes by half an hour.
  expect(following({ every: 'day', at: '10:00', zone: 'Pacific/Apia' }, '2011-12-28T20:00:00Z', 3)).toEqual([
    '2011-12-29T20:00:00.000Z',
    '2011-12-30T20:00:00.000Z',
    '2011-12-31T20:00:00.000Z',
  ]);
  expect(following({ every: 'day', at: '02:15', zone: 'Australia/Lord_Howe' }, '2026-10-02T20:00:00Z', 2)).toEqual([
    '2026-10-03T15:45:00.000Z',
    '2026-10-04T15:15:00.000Z',
  ]);
});

const anyRecurrence: fc.Arbitrary<Recurrence> = fc.record(
  {
    every: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
    at: fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
    zone: fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Pacific/Apia',
      'America/Sao_Paulo',
    ),
    weekday: fc.integer({ min: 1, max: 7 }),
    nth: fc.constantFrom(1, 2, 3, 4, -1 as const),
    day: fc.integer({ min: 1, max: 31 }),
    month: fc.integer({ min: 1, max: 12 }),
  },
  { requiredKeys: ['every', 'at', 'zone'] },
);
const longestDays = { day: 2, week: 8, month: 63, quarter: 155, year: 397 };

test('the next is later, the one before it is not after now, and none lies between them', () => {
  const moments = fc.integer({ min: utc('2011-01-01T00:00:00Z'), max: utc('2035-01-01T00:00:00Z') });
  fc.assert(
    fc.property(anyRecurrence, moments, (recurrence, now) => {
      const next = nextOccurrence(recurrence, now);
      const before = previousOccurrence(recurrence, now);
      expect(next).toBeGreaterThan(now);
      expect(before).toBeLessThanOrEqual(now);
      expect(nextOccurrence(recurrence, before)).toBe(next);
      expect(previousOccurrence(recurrence, next)).toBe(next);
      expect(next - before).toBeLessThanOrEqual((longestDays[recurrence.every] + 1) * 86_400_000);
    }),
    { numRuns: 2000 },
  );
});

test('a moment on a wall clock; words', () => {
  expect(iso(wallMoment('2026-12-01T22:00', 'Asia/Kolkata'))).toBe('2026-12-01T16:30:00.000Z');
  expect(recurrenceText(berlin({ every: 'month', weekday: 7, nth: -1 }))).toBe('every month on the last Sunday at 02:30 (Europe/Berlin)');
  expect(recurrenceText(berlin({ every: 'quarter', day: 15, month: 2 }))).toBe('every quarter on day 15 of its second month at 02:30 (Europe/Berlin)');
});
