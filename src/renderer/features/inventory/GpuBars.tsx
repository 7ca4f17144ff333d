import { memo } from 'react';

/** How much each GPU of a server is used, as small bars beside each other; `shares` go from 0 to 1. */
export const GpuBars = memo(function GpuBars({ shares, name }: { shares: readonly number[]; name: string }) {
  const shown = shares.slice(0, 8);
  if (shown.length < 2) return null;
  const words = shown.map((share, index) => `GPU ${index} ${Math.round(share * 100)}%`).join(', ');
  return (
    <svg role="img" aria-label={`${name}: ${words}`} width={shown.length * 4} height={14} viewBox={`0 0 ${shown.length * 4} 14`} className="shrink-0">
      {shown.map((share, index) => (
        <g key={`${index}-of`}>
          <rect x={index * 4} y={0} width={3} height={14} fill="var(--bar)" />
          <rect x={index * 4} y={14 - 14 * Math.min(1, share)} width={3} height={14 * Math.min(1, share)} fill="var(--muted)" />
        </g>
      ))}
    </svg>
  );
});
