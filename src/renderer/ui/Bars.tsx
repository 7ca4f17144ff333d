import { memo } from 'react';

/** Width of a bar, and from one to the next, in px. */
const [width, step] = [3, 4];

/** The heights of bars in px; one at least, so that a zero is seen, and 0 where there is none. `shares` are of `height`, 0…1. */
export function barHeights(shares: readonly (number | null)[], height: number): number[] {
  return shares.map((share) => (share === null ? 0 : Math.max(1, Math.round(Math.min(1, Math.max(0, share)) * height))));
}

interface BarsProps {
  /** Shares of the height, 0…1; null leaves the place of a bar empty. */
  shares: readonly (number | null)[];
  /** What is to be seen, in words. */
  label: string;
  /** In px. */
  height: number;
  /** Shows no more than the tops of bars, beside each other: the course of a figure. */
  tops?: boolean;
  className?: string;
}

/**
 * Small bars beside each other in the colour of the text. One box with a background for each bar: in lists that scroll an svg costs every frame a
 * little and a canvas far more.
 */
export const Bars = memo(function Bars({ shares, label, height, tops = false, className }: BarsProps) {
  const heights = barHeights(shares, height);
  const layers = (layer: (height: number, index: number) => string) => heights.map(layer).join(',');
  return (
    <span
      role="img"
      aria-label={label}
      className={className}
      style={{
        ...{ display: 'inline-block', flexShrink: 0, width: shares.length * step - (tops ? 0 : step - width), height },
        backgroundImage: layers(() => 'linear-gradient(currentColor,currentColor)'),
        backgroundPosition: layers((each, index) => `${index * step}px ${tops ? `${Math.min(height - each, height - 2)}px` : '100%'}`),
        backgroundSize: layers((each) => (each === 0 ? '0 0' : tops ? `${step}px 2px` : `${width}px ${each}px`)),
        backgroundRepeat: 'no-repeat',
      }}
    />
  );
});
