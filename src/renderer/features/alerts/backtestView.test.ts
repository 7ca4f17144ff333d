import { describe, expect, it } from 'vitest';
import { comparison, stripsOf } from './backtestView.ts';

const interval = (serverId: string, subject: string, raisedAtMs: number, untilMs: number | null) => ({
  ...{
    serverId,
    serverName: `name of ${serverId}`,
    subject,
    sinceMs: raisedAtMs - 10,
    raisedAtMs,
    untilMs,
    ended: untilMs === null ? null : ('good' as const),
  },
  worst: 1,
});

describe('what a rule would have fired on', () => {
  it('is a strip for each subject, the one with most time first, spans in the order of time', () => {
    const strips = stripsOf({
      fromMs: 1000,
      untilMs: 2000,
      intervals: [interval('a', '', 1900, null), interval('b', 'disk:/', 1500, 1800), interval('a', '', 1100, 1200), interval('b', 'disk:/data', 900, 1010)],
    });
    expect(strips.map(({ serverName, subject, firedMs, longestMs }) => [serverName, subject, firedMs, longestMs])).toEqual([
      ['name of b', 'disk:/', 300, 300],
      ['name of a', '', 200, 100],
      ['name of b', 'disk:/data', 110, 110],
    ]);
    expect(strips[1]?.spans.map(({ from, to }) => [from, to])).toEqual([
      [0.1, 0.2],
      [0.9, 1],
    ]);
    expect(strips[2]?.spans[0]).toMatchObject({ from: 0, to: 0.01 });
  });

  it('is compared with the saved rule', () => {
    expect(comparison({ fired: 3, firedMs: 10 }, null)).toBeNull();
    expect(comparison({ fired: 3, firedMs: 10 }, { fired: 3, firedMs: 10 })).toBe('the same as the saved rule');
    expect(comparison({ fired: 3, firedMs: 10 }, { fired: 12, firedMs: 90 })).toBe('the saved rule 12 times: 9 fewer');
    expect(comparison({ fired: 2, firedMs: 10 }, { fired: 1, firedMs: 1 })).toBe('the saved rule 1 time: 1 more');
    expect(comparison({ fired: 2, firedMs: 10 }, { fired: 2, firedMs: 1 })).toBe('the saved rule as often, for a shorter time');
  });
});
