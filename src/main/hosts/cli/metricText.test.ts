import { expect, it } from 'vitest';
import { metricText } from './metricText.ts';

it.each([
  [0.42, 'ratio', '42 %'],
  [0.004, 'ratio', '0.4 %'],
  [0, 'ratio', '0 %'],
  [1, 'ratio', '100 %'],
  [85_899_345_920, 'bytes', '80 GiB'],
  [1536.4, 'bytesPerSecond', '1.5 KiB/s'],
  [63.6, 'celsius', '64 °C'],
  [611.7, 'watts', '612 W'],
  [1_980_000_000, 'hertz', '1.98 GHz'],
  [405_000_000, 'hertz', '405 MHz'],
  [3.125, 'perSecond', '3.13/s'],
  [0.0125, 'seconds', '12.50 ms'],
  [12, 'seconds', '12 s'],
  [-90, 'seconds', '-90 s'],
  [93_784, 'seconds', '26 h 3 min'],
  [0.125, 'cores', '0.13 cores'],
  [1, 'flag', 'yes'],
  [0, 'flag', 'no'],
  [68, 'mask', '0x44'],
  [79, 'code', '79'],
  [3.2, 'count', '3.20'],
] as const)('%d %s is %s', (value, unit, text) => expect(metricText(value, unit)).toBe(text));
