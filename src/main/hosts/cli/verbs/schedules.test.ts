import { expect, test } from 'vitest';
import { recurrenceOf } from './schedules.ts';
import { windowFields } from './windows.ts';

const before = { every: 'month', at: '03:00', zone: 'Europe/Berlin', weekday: 7, nth: -1 } as const;

test('what is not given stays; another day or another period begins anew', () => {
  expect(recurrenceOf({ at: '04:00' }, before)).toEqual({ ...before, at: '04:00' });
  expect(recurrenceOf({ day: 15 }, before)).toEqual({ every: 'month', at: '03:00', zone: 'Europe/Berlin', day: 15 });
  expect(recurrenceOf({ every: 'day' }, before)).toEqual({ every: 'day', at: '03:00', zone: 'Europe/Berlin' });
  expect(recurrenceOf({ every: 'week', weekday: 2, at: '05:00', zone: 'UTC' })).toEqual({ every: 'week', at: '05:00', zone: 'UTC', weekday: 2 });
  expect(() => recurrenceOf({ every: 'day' })).toThrow('--every and --at are needed');
});

test('a window is once or again and again', () => {
  expect(windowFields('move', { on: 'gpu-1', from: '2026-12-01T22:00', until: '2026-12-02T01:00', zone: 'UTC' })).toEqual({
    ...{ name: 'move', selector: 'gpu-1' },
    when: { kind: 'once', from: '2026-12-01T22:00', until: '2026-12-02T01:00', zone: 'UTC' },
  });
  const weekly = { on: '*', every: 'week', weekday: 7, at: '02:00', zone: 'UTC' } as const;
  expect(windowFields('sunday', { ...weekly, until: '05:00' }).when).toEqual({
    ...{ kind: 'recurring', until: '05:00' },
    recurrence: { every: 'week', weekday: 7, at: '02:00', zone: 'UTC' },
  });
  expect(() => windowFields('sunday', { ...weekly, until: '2026-12-02T01:00' })).toThrow('a time of day like 02:30 is expected');
  expect(() => windowFields('sunday', { ...weekly, until: '05:00', from: '2026-12-01T22:00' })).toThrow('Either --from');
});
