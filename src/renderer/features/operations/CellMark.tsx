import { Check, Circle, CircleAlert, Equal, Flag, Hand, Minus, X } from 'lucide-react';
import { memo } from 'react';
import { type Cell, isFinding } from '../../../shared/model/operation.ts';
import { useNowMs } from '../../ui/clock.ts';
import { cx } from '../../ui/cx.ts';
import { formatElapsed } from '../../ui/format.ts';
import { Spinner } from '../../ui/Spinner.tsx';
import { cellStates, cellWord } from './operationState.ts';

const looks: Record<Cell['state'], string> = {
  pending: 'text-faint',
  running: 'bg-accent-bg text-accent',
  waiting: 'bg-warn-bg text-warn',
  satisfied: 'text-faint',
  done: 'text-good',
  failed: 'bg-bad-bg text-bad',
  skipped: 'text-faint',
  cancelled: 'text-faint',
  'needs-attention': 'bg-warn-bg text-warn',
};

const icons = {
  pending: Circle,
  waiting: Hand,
  satisfied: Equal,
  done: Check,
  failed: X,
  skipped: Minus,
  cancelled: Minus,
  'needs-attention': CircleAlert,
};

function Elapsed({ sinceMs }: { sinceMs: number }) {
  return <span className="min-w-0 shrink-[99] overflow-hidden whitespace-nowrap">{formatElapsed(useNowMs() - sinceMs)}</span>;
}

interface CellMarkProps {
  cell: Cell;
  label: string;
  picked: boolean;
  /** Takes the room of its words instead of the whole cell. */
  loose?: boolean;
  onPick(serverId: string, stepId: string): void;
}

/** One cell of a matrix: its state as icon and words, pressed to see what is behind it. */
export const CellMark = memo(function CellMark({ cell, label, picked, loose = false, onPick }: CellMarkProps) {
  const found = isFinding(cell);
  const Icon = cell.state === 'running' ? null : found ? Flag : icons[cell.state];
  const word = cellWord(cell);
  return (
    <button
      type="button"
      aria-pressed={picked}
      title={word}
      data-cell
      onClick={() => onPick(cell.serverId, cell.stepId)}
      className={cx(
        'flex h-6 min-w-0 items-center gap-1.5 rounded-[5px] px-2 text-left text-sm',
        loose ? 'max-w-full' : 'w-full',
        found ? 'text-warn' : looks[cell.state],
        picked ? 'outline-2 -outline-offset-1 outline-accent' : 'hover:outline-1 hover:outline-line-strong',
      )}
    >
      <span className="sr-only">{label}: </span>
      {Icon ? <Icon aria-hidden size={12} strokeWidth={2} className="shrink-0" /> : <Spinner size={12} />}
      {word ? <span className="truncate">{word}</span> : <span className="sr-only">{cellStates[cell.state].word}</span>}
      {cell.state === 'running' && cell.startedAtMs !== null && cell.detail === null && <Elapsed sinceMs={cell.startedAtMs} />}
    </button>
  );
});
