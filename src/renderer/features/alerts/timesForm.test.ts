import { expect, it } from 'vitest';
import { usualAlertTimes } from '../../../shared/model/alertTimes.ts';
import { isSameTimes, readTimes, timesFormOf, timesProblem } from './timesForm.ts';

const usual = timesFormOf(usualAlertTimes);

it('shows times as people write them, and reads them back the same', () => {
  expect(usual.critical).toEqual({ level2: '30 min', level3: '30 min', repeat: '4 h' });
  expect(usual.advice).toEqual({ level2: '', level3: '', repeat: '' });
  expect(readTimes(usual)).toEqual(usualAlertTimes);
  const odd = { ...usualAlertTimes, warning: { repeatS: 345_600, escalateS: [60, 5460] } };
  expect(readTimes(timesFormOf(odd))).toEqual(odd);
  expect([isSameTimes(odd, odd), isSameTimes(odd, usualAlertTimes)]).toEqual([true, false]);
});

it.each([
  [{ level2: 'soon', level3: '', repeat: '' }, 'level2', /a time like/],
  [{ level2: '', level3: '1 h', repeat: '' }, 'level2', /from level 2 only/],
  [{ level2: '30 s', level3: '', repeat: '' }, 'level2', /a minute at least/],
  [{ level2: '30 min', level3: '9 days', repeat: '' }, 'level3', /a week at most/],
  [{ level2: '', level3: '', repeat: '10 s' }, 'repeat', /five minutes at least/],
])('says what is wrong with %j', (critical, field, message) => {
  const form = { ...usual, critical };
  expect(readTimes(form)).toBeNull();
  expect(timesProblem(form)).toEqual({ severity: 'critical', field, message: expect.stringMatching(message) });
});
