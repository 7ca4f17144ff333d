import { memo } from 'react';

const height = 14;
const bar = (index: number, share: number) => {
  const top = height * (1 - Math.min(1, Math.max(0, share)));
  return `M${index * 4} ${top.toFixed(1)}h3V${height}h-3z`;
};

/** How much each GPU of a server is used, as small bars beside each other, eight at most; `shares` go from 0 to 1. */
export const GpuBars = memo(function GpuBars({ shares, name }: { shares: readonly number[]; name: string }) {
  const shown = shares.slice(0, 8);
  if (shown.length < 2) return null;
  const words = shown.map((share, index) => `GPU ${index} ${Math.round(share * 100)}%`).join(', ');
  const width = shown.length * 4;
  return (
    <svg role="img" aria-label={`${name}: ${words}`} width={width} height={height} viewBox={`0 0 ${width} ${height}`} className="shrink-0">
      <path d={shown.map((_, index) => bar(index, 1)).join('')} fill="var(--bar)" />
      <path d={shown.map((share, index) => bar(index, share)).join('')} fill="var(--muted)" />
    </svg>
  );
});
