import { expect, it } from 'vitest';
import { missingCapabilities } from './capabilities.ts';

it('names what a bounding set lacks', () => {
  expect(missingCapabilities('000001ffffffffff')).toEqual([]);
  expect(missingCapabilities('000001fffeffffff')).toEqual(['SYS_RESOURCE']);
  expect(missingCapabilities('000001fffffffffe')).toEqual(['CHOWN']);
});
