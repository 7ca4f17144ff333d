/** One line of the table: what we took, what the anchor took, and what the targets ask for. */
export interface Row {
  id: string;
  what: string;
  anchor: string;
  /** As printed, with units. */
  ours: string;
  theirs: string;
  /** Ours ÷ the anchor's, or the figure itself where there is no anchor. */
  value: number;
  target: { is: 'at least' | 'at most'; value: number; unit: string };
  /** What the figures were taken from. */
  about: string;
}

/** Whether the target is met. */
export function isMet(row: Row): boolean {
  return row.target.is === 'at least' ? row.value >= row.target.value : row.value <= row.target.value;
}

const figure = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));

/** The table as Markdown, which is also readable as it is. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    `${row.theirs === '' ? '' : `${row.theirs} `}(${row.anchor})`,
    `${figure(row.value)}${row.target.unit}`,
    `${row.target.is === 'at least' ? '≥' : '≤'} ${row.target.value}${row.target.unit}`,
    isMet(row) ? 'met' : '**missed**',
  ]);
  const all = [['what', 'ours', 'anchor', 'ratio', 'target', ''], ...cells];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head, ...rest] = all.map(line);
  return [head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rest].join('\n');
}
