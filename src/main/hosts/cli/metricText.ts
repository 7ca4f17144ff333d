import type { MetricUnit } from '../../../shared/model/metricDefinition.ts';
import { byteSize, duration } from './terminalText.ts';

/** A value of a metric with its unit, for people. */
export function metricText(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'ratio':
      return `${value > 0 && value < 0.1 ? (value * 100).toFixed(1) : Math.round(value * 100)} %`;
    case 'bytes':
      return byteSize(value);
    case 'bytesPerSecond':
      return `${byteSize(Math.round(value))}/s`;
    case 'celsius':
      return `${Math.round(value)} °C`;
    case 'watts':
      return `${Math.round(value)} W`;
    case 'hertz':
      return value >= 1e9 ? `${(value / 1e9).toFixed(2)} GHz` : `${Math.round(value / 1e6)} MHz`;
    case 'perSecond':
      return `${short(value)}/s`;
    case 'seconds':
      return Math.abs(value) < 1 ? `${short(value * 1000)} ms` : Math.abs(value) < 60 ? `${short(value)} s` : duration(value * 1000);
    case 'milliseconds':
      return `${short(value)} ms`;
    case 'days':
      return `${short(value)} days`;
    case 'tokens':
      return `${short(value)} tokens`;
    case 'tokensPerSecond':
      return `${short(value)} tokens/s`;
    case 'cores':
      return `${short(value)} cores`;
    case 'flag':
      return value === 0 ? 'no' : 'yes';
    case 'mask':
      return `0x${value.toString(16)}`;
    case 'count':
    case 'code':
      return short(value);
  }
}

/** Whole numbers as they are, others with two digits. */
function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
