import { memo } from 'react';
import { Bars } from '../../ui/Bars.tsx';

/** Bars that 15 minutes are shown by. */
const count = 17;

/** Means of as many pieces of equal length, the latest last; null where nothing of a piece is known. Fewer values are as many pieces. */
export function meansOf(values: readonly (number | null)[], pieces: number): (number | null)[] {
  const made = Math.min(pieces, values.length);
  return Array.from({ length: made }, (_, piece) => {
    const from = Math.floor((piece * values.length) / made);
    const known = values.slice(from, Math.floor(((piece + 1) * values.length) / made)).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** How much the GPUs of a server were used over the last 15 minutes; `percents` go from 0 to 100. */
export const HistoryBars = memo(function HistoryBars({ percents, name }: { percents: readonly (number | null)[]; name: string }) {
  const shares = meansOf(percents, count).map((percent) => (percent === null ? null : percent / 100));
  if (shares.every((share) => share === null)) return <span className="text-faint">—</span>;
  return <Bars shares={shares} label={`GPU utilisation of ${name} over the last 15 minutes`} height={16} tops className="text-accent" />;
});
