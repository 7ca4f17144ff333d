import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogResume, parseLogLine } from './logLineRules.ts';

describe('parseLogLine', () => {
  test('takes a line apart', () => {
    expect(parseLogLine('clickhouse-1  | 2025-11-20T10:00:00.123456789Z Ready | for connections')).toEqual({
      container: 'clickhouse-1',
      service: 'clickhouse',
      stamp: '2025-11-20T10:00:00.123456789Z',
      atMs: Date.UTC(2025, 10, 20, 10, 0, 0, 123),
      text: 'Ready | for connections',
    });
  });

  test('drops what Compose writes to a terminal, and the carriage return', () => {
    expect(parseLogLine('\u001b[2Kweb-2 | 2025-11-20T10:00:00.1Z hello\r')).toMatchObject({ service: 'web', text: 'hello' });
  });

  test('a line without a stamp, an empty line and a name of its own', () => {
    expect(parseLogLine('web-1  | no stamp')).toMatchObject({ stamp: null, atMs: null, text: 'no stamp' });
    expect(parseLogLine('web-1  | 2025-11-20T10:00:00Z ')).toMatchObject({ text: '', atMs: Date.UTC(2025, 10, 20, 10) });
    expect(parseLogLine('my.gateway | x')).toMatchObject({ container: 'my.gateway', service: 'my.gateway' });
  });

  test.each(['', 'web-1 exited with code 1', 'no configuration file provided: not found'])('%j is none of a container', (line) => {
    expect(parseLogLine(line)).toBeNull();
  });
});

describe('LogResume', () => {
  const line = (container: string, second: number, text = '') => {
    const parsed = parseLogLine(
      `${container} | 2025-11-20T10:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000000000Z ${text}`,
    );
    if (parsed === null) throw new Error('no line');
    return parsed;
  };

  test('asks again from the oldest last stamp, but never for what cannot have been on its way', () => {
    const resume = new LogResume();
    expect(resume.since).toBeNull();
    resume.accepts(line('a-1', 10));
    resume.accepts(line('b-1', 12));
    expect(resume.since).toBe('2025-11-20T10:00:10.000000000Z');
    resume.accepts(line('b-1', 1200));
    expect(resume.since).toBe('2025-11-20T10:15:00.000Z');
  });

  test('over any break in the log of two containers every line passes exactly once', () => {
    const containers = fc.constantFrom('a-1', 'b-1');
    const times = fc.array(fc.tuple(containers, fc.integer({ min: 0, max: 5 })), { maxLength: 30 });
    fc.assert(
      fc.property(times, fc.array(fc.nat(30), { maxLength: 3 }), (entries, breaks) => {
        const all = [...entries].sort((x, y) => x[1] - y[1]).map(([container, second], index) => line(container, second, String(index)));
        const resume = new LogResume();
        const passed: string[] = [];
        for (const end of [...breaks.map((each) => Math.min(each, all.length)).sort((x, y) => x - y), all.length]) {
          const since = resume.since;
          resume.reconnected();
          for (const each of all.slice(0, end)) if ((since === null || (each.stamp ?? '') >= since) && resume.accepts(each)) passed.push(each.text);
        }
        expect(passed).toEqual(all.map((each) => each.text));
      }),
    );
  });
});
