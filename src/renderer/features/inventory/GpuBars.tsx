import { memo } from 'react';
import { Bars } from '../../ui/Bars.tsx';

/** How much each GPU of a server is used, as small bars beside each other, eight at most; `shares` go from 0 to 1. */
export const GpuBars = memo(function GpuBars({ shares, name }: { shares: readonly number[]; name: string }) {
  const shown = shares.slice(0, 8);
  if (shown.length < 2) return null;
  const words = shown.map((share, index) => `GPU ${index} ${Math.round(share * 100)}%`).join(', ');
  return <Bars shares={shown} label={`${name}: ${words}`} height={14} className="bar-grounds text-muted" />;
});
