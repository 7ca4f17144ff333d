import { Fragment, useMemo, useState } from 'react';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';
import { changedPart, type DiffHunk, type DiffLine, type DiffPair, sideBySide } from './diffModel.ts';
import { count } from './format.ts';

export type DiffLayout = 'unified' | 'split';

interface DiffProps {
  hunks: readonly DiffHunk[];
  label: string;
  layout?: DiffLayout;
  /** Class names of the scrolling region, for its height. */
  className?: string;
}

/** More are rendered only when they are asked for. */
const firstLines = 1_200;
const signs: Record<DiffLine['kind'], string> = { same: ' ', removed: '−', added: '+' };
const looks: Record<DiffLine['kind'], string> = { same: 'text-muted', removed: 'bg-bad-bg text-text', added: 'bg-good-bg text-text' };
const marks: Record<DiffLine['kind'], string> = { same: '', removed: 'bg-bad/25', added: 'bg-good/25' };
/** A line's number: quiet, and as dark as the tinted ground needs. */
const number = (line: DiffLine) => cx('px-1.5 text-right align-top select-none', looks[line.kind], line.kind === 'same' ? 'text-faint!' : 'text-muted!');

function Text({ line, other }: { line: DiffLine; other: DiffLine | null | undefined }) {
  const part =
    other && line.kind !== 'same' ? changedPart(line.kind === 'removed' ? line.text : other.text, line.kind === 'removed' ? other.text : line.text) : null;
  const end = part ? (line.kind === 'removed' ? part.beforeEnd : part.afterEnd) : 0;
  const words = part ? (
    <>
      {line.text.slice(0, part.start)}
      <span className={cx('rounded-xs', marks[line.kind])}>{line.text.slice(part.start, end)}</span>
      {line.text.slice(end)}
    </>
  ) : (
    line.text
  );
  if (line.kind === 'removed') return <del className="no-underline">{words}</del>;
  if (line.kind === 'added') return <ins className="no-underline">{words}</ins>;
  return words;
}

function Cells({ line, other, side }: { line: DiffLine | null; other: DiffLine | null; side: 'before' | 'after' }) {
  const edge = side === 'after' && 'border-l border-line';
  if (!line) return <td colSpan={3} className={cx('bg-surface', edge)} />;
  return (
    <>
      <td className={cx(number(line), edge)}>{line[side]}</td>
      <td
        aria-hidden
        className={cx('pr-1 align-top select-none', looks[line.kind], line.kind === 'same' ? '' : line.kind === 'added' ? 'text-good' : 'text-bad')}
      >
        {signs[line.kind]}
      </td>
      <td className={cx('pr-3 break-all whitespace-pre-wrap', looks[line.kind])}>
        <Text line={line} other={other} />
      </td>
    </>
  );
}

function UnifiedRows({ pairs }: { pairs: readonly DiffPair[] }) {
  // Of a run of changes all that went stands before all that came.
  const rows: { line: DiffLine; other: DiffLine | null }[] = [];
  const came: { line: DiffLine; other: DiffLine | null }[] = [];
  for (const { left, right } of pairs) {
    if (left && left.kind === 'same') {
      rows.push(...came.splice(0), { line: left, other: null });
      continue;
    }
    if (left) rows.push({ line: left, other: right });
    if (right) came.push({ line: right, other: left });
  }
  rows.push(...came);
  return rows.map(({ line, other }) => (
    <tr key={`${line.before ?? ''}:${line.after ?? ''}`}>
      <td className={number(line)}>{line.before}</td>
      <Cells line={line} other={other} side="after" />
    </tr>
  ));
}

function SplitRows({ pairs }: { pairs: readonly DiffPair[] }) {
  return pairs.map(({ left, right }) => (
    <tr key={`${left?.before ?? ''}:${right?.after ?? ''}`}>
      <Cells line={left} other={right} side="before" />
      <Cells line={right} other={left} side="after" />
    </tr>
  ));
}

/** What differs between two texts, in one column or side by side; within a changed line, the part that changed is marked. */
export function Diff({ hunks, label, layout = 'unified', className }: DiffProps) {
  const [all, setAll] = useState(false);
  const { shown, left } = useMemo(() => {
    let room = all ? Number.POSITIVE_INFINITY : firstLines;
    const taken: DiffPair[][] = [];
    let total = 0;
    for (const hunk of hunks) {
      const pairs = sideBySide(hunk);
      total += pairs.length;
      if (room > 0) taken.push(pairs.slice(0, room));
      room -= pairs.length;
    }
    return { shown: taken, left: total - taken.reduce((sum, pairs) => sum + pairs.length, 0) };
  }, [hunks, all]);
  const columns = layout === 'split' ? 6 : 4;
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className={cx('min-w-0 overflow-auto rounded border border-line bg-bg font-mono text-xs leading-[18px] select-text', className)}
    >
      {hunks.length === 0 ? (
        <p className="px-3 py-2 font-sans text-base text-muted">Nothing differs.</p>
      ) : (
        <table className="w-full table-fixed border-collapse">
          <colgroup>
            <col className="w-10" />
            {layout === 'split' ? (
              <>
                <col className="w-4" />
                <col />
                <col className="w-10" />
              </>
            ) : (
              <col className="w-10" />
            )}
            <col className="w-4" />
            <col />
          </colgroup>
          <tbody>
            {shown.map((pairs, index) => {
              const first = pairs[0];
              return (
                <Fragment key={`${first?.left?.before ?? ''}:${first?.right?.after ?? ''}`}>
                  {index > 0 && (
                    <tr aria-hidden>
                      <td colSpan={columns} className="h-[18px] border-y border-hairline bg-surface pl-3 text-faint select-none">
                        ⋯
                      </td>
                    </tr>
                  )}
                  {layout === 'split' ? <SplitRows pairs={pairs} /> : <UnifiedRows pairs={pairs} />}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      )}
      {left > 0 && (
        <div className="border-t border-line p-2 font-sans text-base">
          <Button onClick={() => setAll(true)}>Show {count(left, 'more line')}</Button>
        </div>
      )}
    </div>
  );
}
