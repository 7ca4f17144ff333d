import { Link } from '@tanstack/react-router';
import { type Cost, formatCost, formatTotal, type MonthlyTotal } from '../../../shared/model/money.ts';

/** What is not known or not said. */
export const none = <span className="text-faint">—</span>;

/** A price, or a dash. */
export function CostText({ cost }: { cost: Cost | null | undefined }) {
  return cost ? <span className="whitespace-nowrap tabular-nums">{formatCost(cost)}</span> : none;
}

/** Sums by the month, each currency for itself. */
export function Totals({ totals }: { totals: readonly MonthlyTotal[] }) {
  if (totals.length === 0) return none;
  return (
    <span className="inline-flex flex-wrap gap-x-3 tabular-nums">
      {totals.map((total) => (
        <span key={total.currency} className="whitespace-nowrap" title={total.estimated ? 'Prices by the hour count 730 hours a month' : undefined}>
          {formatTotal(total)}
        </span>
      ))}
    </span>
  );
}

/** Servers by name, a few of them. */
export function ServerLinks({ names, most = 4 }: { names: readonly string[]; most?: number }) {
  if (names.length === 0) return none;
  return (
    <span className="inline-flex min-w-0 flex-wrap gap-x-2">
      {names.slice(0, most).map((name) => (
        <Link key={name} to="/servers/$name/$tab" params={{ name, tab: 'overview' }} className="hover:underline">
          {name}
        </Link>
      ))}
      {names.length > most && <span className="text-faint">and {names.length - most} more</span>}
    </span>
  );
}

/** Offers a text to be saved as a file. */
export function downloadText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
