import { useMemo } from 'react';
import { formatAge, formatExact } from '../format.ts';
import { LineSwatch } from './ChartLegend.tsx';
import { chartRows } from './chartRows.ts';
import { chartText } from './chartText.ts';
import type { ChartLine, ChartRange, ChartUnit } from './chartTypes.ts';

const times = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** The same figures to be read: a row for each stretch of time, a column for each line. */
export function ChartTable({
  title,
  lines,
  range,
  unit,
  height,
}: {
  title: string;
  lines: readonly ChartLine[];
  range: ChartRange;
  unit: ChartUnit;
  height: number;
}) {
  const { rows, everyMs } = useMemo(() => chartRows(lines, range), [lines, range]);
  const format = range.toMs - range.fromMs > 86_400_000 ? days : times;
  return (
    <div role="region" aria-label={`${title} as a table`} tabIndex={0} className="overflow-auto border-t border-hairline" style={{ height }}>
      <table className="min-w-full border-collapse text-sm">
        <caption className="sr-only">
          {title}, every {formatAge(everyMs)}, the newest first
        </caption>
        <thead>
          <tr className="text-xs text-faint">
            <th scope="col" className="sticky top-0 bg-bg px-2 py-1 text-left font-normal whitespace-nowrap">
              Time, every {formatAge(everyMs)}
            </th>
            {lines.map((line) => (
              <th key={line.key} scope="col" title={line.label} className="sticky top-0 max-w-40 bg-bg px-2 py-1 text-right font-normal">
                <span className="flex items-center justify-end gap-1.5">
                  <LineSwatch hue={line.hue} {...(line.dashed ? { dashed: true } : {})} />
                  <span className="truncate">{line.label}</span>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.atMs} className="border-t border-hairline">
              <th scope="row" title={formatExact(row.atMs)} className="px-2 py-0.5 text-left font-normal whitespace-nowrap text-muted">
                {format.format(row.atMs)}
              </th>
              {lines.map((line, index) => (
                <td key={line.key} className="px-2 py-0.5 text-right whitespace-nowrap">
                  {chartText(row.values[index] ?? null, unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
