import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { byteSize, createOutput, duration, harmless, table } from './terminalText.ts';

function outputTo(options: { json?: boolean; quiet?: boolean; tty?: boolean; environment?: NodeJS.ProcessEnv }) {
  const stdout = new PassThrough() as unknown as NodeJS.WriteStream;
  const stderr = new PassThrough() as unknown as NodeJS.WriteStream;
  stdout.isTTY = options.tty ?? false;
  const output = createOutput({
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    color: true,
    stdout,
    stderr,
    environment: options.environment ?? {},
  });
  return { output, out: () => String(stdout.read() ?? ''), err: () => String(stderr.read() ?? '') };
}

describe('output', () => {
  it('keeps results on stdout and everything else off it', () => {
    const { output, out, err } = outputTo({});
    output.line('result');
    output.note('said beside it');
    output.problem('wrong');
    expect(out()).toBe('result\n');
    expect(err()).toBe('said beside it\nwrong\n');
  });

  it('is quiet about notes, never about problems', () => {
    const { output, err } = outputTo({ quiet: true });
    output.note('no');
    output.problem('yes');
    expect(err()).toBe('yes\n');
  });

  it('colours for a terminal alone, and not against NO_COLOR or in JSON', () => {
    expect(outputTo({ tty: true }).output.style('red', 'x')).toContain('\u001b[');
    expect(outputTo({ tty: false }).output.style('red', 'x')).toBe('x');
    expect(outputTo({ tty: true, environment: { NO_COLOR: '1' } }).output.style('red', 'x')).toBe('x');
    expect(outputTo({ tty: true, json: true }).output.style('red', 'x')).toBe('x');
  });
});

describe('table', () => {
  it('aligns columns and disarms what a server sent', () => {
    const lines = table(
      ['NAME', 'WHAT'],
      [
        ['a', 'plain'],
        ['longer', 'evil\u001b]0;title\u0007'],
      ],
      outputTo({}).output,
    );
    expect(lines).toEqual(['NAME    WHAT', 'a       plain', 'longer  evil\\x1b]0;title\\x07']);
  });
});

it('makes control characters visible, and leaves text alone', () => {
  expect(harmless('a\u0000b\rc\u009bd — ü\tx\n')).toBe('a\\x00b\\x0dc\\x9bd — ü\tx\n');
});

it('says durations and sizes with units', () => {
  expect([duration(900), duration(61_000), duration(7_260_000)]).toEqual(['1 s', '1 min 1 s', '2 h 1 min']);
  expect([byteSize(0), byteSize(1536), byteSize(20 * 1024 ** 3)]).toEqual(['0 B', '1.5 KiB', '20 GiB']);
});
