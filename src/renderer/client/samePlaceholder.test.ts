import { expect, it } from 'vitest';
import { samePlaceholder } from './samePlaceholder.ts';

it('keeps the last answer about the same object, and shows none about another', () => {
  const placeholder = samePlaceholder<string>('gpu-1');
  expect(placeholder('old', { queryKey: ['fit', 'gpu-1', 5] })).toBe('old');
  expect(placeholder('old', { queryKey: ['fit', 'gpu-2', 5] })).toBeUndefined();
  expect(placeholder(undefined, undefined)).toBeUndefined();
});
