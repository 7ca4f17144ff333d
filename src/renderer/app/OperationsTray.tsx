import { Popover } from '@base-ui/react/popover';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { OperationSummary } from '../../shared/model/operation.ts';
import { operationsStore, useStateStream } from '../client/streams.ts';
import { isFinal, operationStates, progressOf, remainingMs, trayOrder } from '../features/operations/operationState.ts';
import { useNowMs } from '../ui/clock.ts';
import { count, formatAge } from '../ui/format.ts';
import { ProgressBar } from '../ui/Meter.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { StateMark } from '../ui/StateMark.tsx';

function Remaining({ operation }: { operation: OperationSummary }) {
  const left = remainingMs(operation, useNowMs());
  return left === null ? null : <> · {formatAge(left)} left</>;
}

function Entry({ operation, onOpen }: { operation: OperationSummary; onOpen(): void }) {
  const state = operationStates[operation.state];
  return (
    <Link
      to="/operations/$id"
      params={{ id: operation.id }}
      onClick={onOpen}
      className="flex flex-col gap-0.5 rounded-sm px-2 py-1.5 hover:bg-raised focus-visible:bg-raised"
    >
      <span className="flex items-center gap-2">
        <StateMark tone={state.tone} className="min-w-0 flex-1">
          <b className="font-medium">{operation.title}</b>
        </StateMark>
        <span className="text-sm text-faint">
          <RelativeTime atMs={operation.finishedAtMs ?? operation.createdAtMs} suffix=" ago" />
        </span>
      </span>
      <span className="flex items-center gap-2 pl-[18px] text-sm text-muted">
        <span className="min-w-0 flex-1 truncate">
          {state.word} · {count(operation.targets.length, 'server')}
          {operation.currentStep && !isFinal(operation.state) ? ` · ${operation.currentStep}` : ''}
        </span>
        {!isFinal(operation.state) && <ProgressBar ratio={progressOf(operation)} label={operation.title} />}
      </span>
    </Link>
  );
}

/** What is running now, with its progress; opens the list of recent operations. */
export function OperationsTray() {
  const [open, setOpen] = useState(false);
  const { list } = useStateStream(operationsStore);
  const ordered = trayOrder(list);
  const running = ordered.filter((operation) => !isFinal(operation.state));
  const first = running[0];
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="flex h-7 min-w-0 items-center gap-2.5 rounded px-2 text-muted hover:bg-raised hover:text-text data-popup-open:bg-raised">
        {first ? (
          <>
            <span className="hidden max-w-[300px] truncate wide:inline">
              <b className="font-medium text-text">{first.title}</b> · {first.cellsFinished} of {first.cellsTotal}
              <Remaining operation={first} />
            </span>
            <ProgressBar ratio={progressOf(first)} label={`${first.title}: progress`} />
            {running.length > 1 && <span className="text-sm text-faint">+{running.length - 1}</span>}
          </>
        ) : (
          'Nothing running'
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-40">
          <Popover.Popup
            aria-label="Operations"
            className="appear flex max-h-[60vh] w-[420px] flex-col rounded bg-float p-1.5 shadow-float focus-visible:outline-none"
          >
            <div className="min-h-0 overflow-y-auto">
              {ordered.length === 0 && <p className="px-2 py-3 text-muted">Nothing ran within the last hour.</p>}
              {ordered.slice(0, 30).map((operation) => (
                <Entry key={operation.id} operation={operation} onOpen={() => setOpen(false)} />
              ))}
            </div>
            <Link to="/operations" onClick={() => setOpen(false)} className="mt-1 rounded-sm border-t border-line px-2 pt-2 pb-1 text-muted hover:text-text">
              All operations
            </Link>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
