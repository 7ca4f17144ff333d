import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AppError, type ErrorCode, errorDefinitions, serializeError } from './errors.ts';
import { errorWording } from './errorWording.ts';

/** A value for every field of an error's data, made from its schema, so that a new code is covered without a new test. */
function sample(schema: z.core.$ZodType): unknown {
  const definition = schema._zod.def;
  switch (definition.type) {
    case 'object':
      return Object.fromEntries(Object.entries((definition as z.core.$ZodObjectDef).shape).map(([key, field]) => [key, sample(field)]));
    case 'string':
      return 'marker';
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'array':
      return [sample((definition as z.core.$ZodArrayDef).element)];
    case 'optional':
    case 'nullable':
      return sample((definition as z.core.$ZodNullableDef | z.core.$ZodOptionalDef).innerType);
    case 'enum':
      return Object.values((definition as z.core.$ZodEnumDef).entries)[0];
    default:
      throw new Error(`no sample for ${definition.type}`);
  }
}

const codes = Object.keys(errorDefinitions) as ErrorCode[];

describe('errorWording', () => {
  it.each(codes)('%s has a sentence and a next step without holes', (code) => {
    const data = errorDefinitions[code].data.parse(sample(errorDefinitions[code].data)) as never;
    const error = serializeError(new AppError(code, data));
    const { sentence, next } = errorWording(error);
    for (const text of [sentence, next, errorWording(error, 'window').next]) {
      expect(text).toMatch(/^["A-Z0-9a-z]/);
      expect(text).toMatch(/[.:"]$/);
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it('gives every code words of its own', () => {
    const sentences = codes.map((code) => errorWording({ code, data: sample(errorDefinitions[code].data) as Record<string, unknown> }).sentence);
    expect(new Set(sentences).size).toBe(codes.length);
  });

  it('names a place of the window there, and a command in a terminal', () => {
    const error = { code: 'alert.not-found' as const, data: { key: 'cpu/a' } };
    const words = { sentence: 'There is no alert "cpu/a". Nothing was changed.' };
    expect(errorWording(error, 'window')).toEqual({ ...words, next: 'It may be over by now: look at Alerts, History.' });
    expect(errorWording(error)).toEqual({ ...words, next: 'It may be over by now: see "pilothouse alerts list --all".' });
    const plain = { code: 'alert.channel-exists' as const, data: { name: 'chat' } };
    expect(errorWording(plain, 'window')).toEqual(errorWording(plain));
  });

  it('says how much room is wanted where that is known beforehand', () => {
    const words = (data: object) => errorWording({ code: 'remote.disk-full', data: { server: 'gpu-1', path: '/srv', ...data } }).sentence;
    expect(words({})).toBe('The disk of "gpu-1" is full at /srv. Nothing half-written was left in place.');
    expect(words({ neededBytes: 2_500_000, freeBytes: 1_000 })).toBe('2.5 MB are needed and 1 KB are free on "gpu-1" for /srv. Nothing was written.');
  });

  it('does not throw on data that does not fit', () => {
    expect(errorWording({ code: 'server.not-found', data: { wrong: 1 } }).sentence).toContain('server.not-found');
  });

  it('brackets IPv6 addresses', () => {
    expect(errorWording({ code: 'ssh.connection-refused', data: { server: 'a', host: '::1', port: 22 } }).sentence).toContain('[::1]:22');
  });
});
