import { formatBytes } from '../format.ts';
import type { ChartUnit } from './chartTypes.ts';

/** At most three digits that say something. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${short(value / 1e9)}G`;
  if (size >= 1e6) return `${short(value / 1e6)}M`;
  if (size >= 1e4) return `${short(value / 1e3)}k`;
  if (Number.isInteger(value) || size >= 100) return String(Math.round(value));
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.01) return `${(value * 1000).toFixed(1)} ms`;
  if (size < 1) return `${Math.round(value * 1000)} ms`;
  if (size < 100) return `${size < 10 ? value.toFixed(2) : value.toFixed(1)} s`;
  if (size < 5_400) return `${Math.round(value / 60)} min`;
  return size < 172_800 ? `${Math.round(value / 3600)} h` : `${Math.round(value / 86_400)} d`;
}

/** A value with its unit, for people. */
export function chartText(value: number | null, unit: ChartUnit): string {
  if (value === null || Number.isNaN(value)) return '—';
  switch (unit) {
    case 'ratio':
      return `${value > 0 && value < 0.0995 ? (value * 100).toFixed(1) : Math.round(value * 100)}%`;
    case 'bytes':
      return formatBytes(value);
    case 'bytesPerSecond':
      return `${formatBytes(value)}/s`;
    case 'celsius':
      return `${Math.round(value)} °C`;
    case 'watts':
      return `${Math.round(value)} W`;
    case 'hertz':
      return value >= 1e9 ? `${(value / 1e9).toFixed(2)} GHz` : `${Math.round(value / 1e6)} MHz`;
    case 'perSecond':
      return `${short(value)}/s`;
    case 'tokens':
      return `${short(value)} tok`;
    case 'tokensPerSecond':
      return `${short(value)} tok/s`;
    case 'milliseconds':
      return seconds(value / 1000);
    case 'seconds':
      return seconds(value);
    case 'days':
      return `${Math.round(value)} d`;
    case 'cores':
      return `${short(value)} cores`;
    case 'flag':
      return value >= 0.5 ? 'yes' : 'no';
    case 'mask':
      return `0x${value.toString(16)}`;
    case 'count':
    case 'code':
      return short(value);
  }
}

/** The same for an axis, where there is room for little. */
export function axisText(value: number, unit: ChartUnit): string {
  switch (unit) {
    case 'ratio':
      return `${Number((value * 100).toFixed(2))}%`;
    case 'seconds':
      return value === 0
        ? '0'
        : Math.abs(value) < 1
          ? `${Number((value * 1000).toFixed(2))} ms`
          : value < 120
            ? `${Number(value.toFixed(2))} s`
            : seconds(value);
    case 'bytes':
    case 'bytesPerSecond':
      return value === 0 ? '0' : formatBytes(value).replace('.0 ', ' ');
    case 'celsius':
      return `${Number(value.toFixed(1))} °C`;
    case 'watts':
      return `${Number(value.toFixed(1))} W`;
    case 'hertz':
      return `${Number((value / 1e9).toFixed(2))} GHz`;
    case 'flag':
      return value === 0 ? 'no' : value === 1 ? 'yes' : '';
    default:
      return Math.abs(value) >= 1e4 ? short(value) : String(Number(value.toFixed(3)));
  }
}
