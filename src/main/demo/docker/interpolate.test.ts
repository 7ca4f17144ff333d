// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how compose files refer to variables
import { describe, expect, it } from 'vitest';
import { InterpolationError, interpolate, readEnvFile } from './interpolate.ts';

describe('interpolation of compose files', () => {
  const environment = { TAG: '7', EMPTY: '' };
  const fill = (text: string) => {
    const unset: string[] = [];
    return { text: interpolate(text, environment, (name) => unset.push(name)), unset };
  };

  it.each([
    ['redis:$TAG', 'redis:7'],
    ['redis:${TAG}', 'redis:7'],
    ['${NONE:-x}', 'x'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${TAG:+set}', 'set'],
    ['${NONE:+set}', ''],
    ['${NONE:-${TAG}}', '7'],
    ['$$HOME and $${TAG}', '$HOME and ${TAG}'],
    ['${TAG:?needed}', '7'],
  ])('fills %s', (text, filled) => {
    expect(fill(text)).toEqual({ text: filled, unset: [] });
  });

  it('reports what nobody set, and fails where it is demanded', () => {
    expect(fill('a${NONE}b')).toEqual({ text: 'ab', unset: ['NONE'] });
    expect(() => fill('${NONE:?give it}')).toThrow(new InterpolationError('required variable NONE is missing a value: give it'));
    expect(() => fill('${9}')).toThrow(/invalid interpolation format/);
  });

  it('reads env files with quotes, escapes and comments', () => {
    expect(readEnvFile(`A=1\n# no\nexport B="x\\$y \\"z\\""\nC='single $A'\nD=plain text # end\nE=\n`)).toEqual({
      A: '1',
      B: 'x$y "z"',
      C: 'single $A',
      D: 'plain text',
      E: '',
    });
  });
});
