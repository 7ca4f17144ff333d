import { expect, it } from 'vitest';
import { throttleReasonsIn, throttleWords } from './throttleReasons.ts';

it.each([
  [0x0, []],
  [0x1, ['idle']],
  [0x44, ['powerCap', 'hardwareHeat']],
  [0x1ff, ['idle', 'setting', 'powerCap', 'hardware', 'syncBoost', 'softwareHeat', 'hardwareHeat', 'powerBrake', 'display']],
  [0x8_0000_0000_0008, ['hardware']],
])('the mask %i holds %j', (mask, expected) => expect(throttleReasonsIn(mask)).toEqual(expected));

it('has words for people', () => {
  expect(throttleWords(0x24)).toBe('its power cap, heat (by the driver)');
  expect(throttleWords(0x200)).toBe('');
});
