import { History, Pause, Play, Square } from 'lucide-react';
import { useState } from 'react';
import type { Operation } from '../../../shared/model/operation.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { count, formatAge, formatElapsed, formatExact } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/Meter.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { ReportMenu } from '../evidence/ReportMenu.tsx';
import { countCells } from './operationMatrix.ts';
import { isFinal, operationStates, progressOf, remainingMs } from './operationState.ts';

function Duration({ operation }: { operation: Operation }) {
  const now = useNowMs();
  const left = remainingMs(operation, now);
  if (operation.startedAtMs === null) return null;
  const elapsed = (operation.finishedAtMs ?? now) - operation.startedAtMs;
  return (
    <span className="whitespace-nowrap" title={`Started ${formatExact(operation.startedAtMs)}`}>
      {operation.finishedAtMs ? `took ${formatElapsed(elapsed)}` : formatElapsed(elapsed)}
      {left !== null && ` · ${formatAge(left)} left`}
    </span>
  );
}

interface OperationHeaderProps {
  operation: Operation;
  staleSinceMs: number | null;
  /** Absent: the matrix. */
  view: 'timeline' | undefined;
  onView(view: 'timeline' | undefined): void;
}

/** What it is, how far it is, who began it, and the ways to hold or end it. */
export function OperationHeader({ operation, staleSinceMs, view, onView }: OperationHeaderProps) {
  const [cancelling, setCancelling] = useState(false);
  const pause = useAction(client.operations.pause);
  const resume = useAction(client.operations.resume);
  const cancel = useAction(client.operations.cancel, () => setCancelling(false));
  const state = operationStates[operation.state];
  const counts = countCells(operation.cells);
  const open = !isFinal(operation.state);
  return (
    <PageHeader
      title={operation.kind === 'exec' ? <code className="font-mono text-lg font-medium">{operation.title}</code> : operation.title}
      actions={
        <>
          <Button icon={History} aria-pressed={view === 'timeline'} onClick={() => onView(view === 'timeline' ? undefined : 'timeline')}>
            Timeline
          </Button>
          <ReportMenu id={operation.id} />
          {open && (
            <>
              {operation.state === 'paused' ? (
                <Button variant="primary" icon={Play} busy={resume.busy} onClick={() => resume.run({ id: operation.id })}>
                  Resume
                </Button>
              ) : (
                <Button icon={Pause} busy={pause.busy} onClick={() => pause.run({ id: operation.id })}>
                  Pause
                </Button>
              )}
              <Button icon={Square} onClick={() => setCancelling(true)}>
                Cancel
              </Button>
            </>
          )}
        </>
      }
    >
      <StateMark tone={state.tone} className="text-text">
        {state.word}
      </StateMark>
      <span className="whitespace-nowrap">
        on <b className="font-medium text-text">{operation.targets.length === 1 ? operation.targets[0]?.name : count(operation.targets.length, 'server')}</b>
      </span>
      <span className="flex items-center gap-2 whitespace-nowrap">
        <b className="font-medium text-text">{operation.cellsFinished}</b> of {operation.cellsTotal}
        <ProgressBar
          ratio={progressOf(operation)}
          label="Progress"
          tone={operation.state === 'succeeded' ? 'good' : open || counts.failed === 0 ? 'accent' : 'bad'}
        />
      </span>
      <Duration operation={operation} />
      <span className="whitespace-nowrap">
        by {operation.who}, <RelativeTime atMs={operation.createdAtMs} suffix=" ago" />
      </span>
      {counts.failed > 0 && <span className="whitespace-nowrap text-bad">{counts.failed} failed</span>}
      {counts.waiting > 0 && <span className="whitespace-nowrap text-warn">{count(counts.waiting, 'waits', 'wait')} for you</span>}
      {counts['needs-attention'] > 0 && <span className="whitespace-nowrap text-warn">{counts['needs-attention']} undecided</span>}
      {staleSinceMs !== null && <StaleMark sinceMs={staleSinceMs} />}
      <ConfirmDialog
        open={cancelling}
        title={`Cancel “${operation.title}”?`}
        effect={`${count(counts.running, 'step')} under way will be ended where that is safe, and ${counts.pending} will not begin. What is done stays done.`}
        expected={null}
        action="Cancel the operation"
        busy={cancel.busy}
        onConfirm={() => void cancel.run({ id: operation.id })}
        onClose={() => setCancelling(false)}
      />
      <ActionConfirm action={pause} title="Pause" verb="Pause" />
      <ActionConfirm action={resume} title="Resume" verb="Resume" />
      <ActionConfirm action={cancel} title="Cancel" verb="Cancel" />
    </PageHeader>
  );
}
