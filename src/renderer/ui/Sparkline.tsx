import { memo } from 'react';

/** The path of a series in a box, broken where a value is missing. Values are clamped to 0…`max`. */
export function sparklinePath(values: readonly (number | null)[], width: number, height: number, max: number): string {
  if (values.length < 2) return '';
  const step = width / (values.length - 1);
  let path = '';
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const y = height - 1 - (Math.min(max, Math.max(0, value)) / max) * (height - 2);
    path += `${drawing ? 'L' : 'M'}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    drawing = true;
  });
  return path;
}

interface SparklineProps {
  values: readonly (number | null)[];
  label: string;
  width?: number;
  height?: number;
  max?: number;
}

/** The course of one figure over the last minutes, without axes. */
export const Sparkline = memo(function Sparkline({ values, label, width = 78, height = 18, max = 100 }: SparklineProps) {
  const path = sparklinePath(values, width, height, max);
  if (!path) return <span className="text-faint">—</span>;
  return (
    <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`} className="block text-accent">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.3" strokeLinejoin="round" />
    </svg>
  );
});
