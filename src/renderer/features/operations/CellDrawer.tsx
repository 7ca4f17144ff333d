import { RotateCcw, SkipForward, Square, SquareTerminal, X } from 'lucide-react';
import { useState } from 'react';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { openTerminal } from '../../app/dock/openTerminal.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { cx } from '../../ui/cx.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';
import { formatElapsed, formatTimeOfDay } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { CellEvidence } from '../evidence/CellEvidence.tsx';
import { CellOutput } from './CellOutput.tsx';
import { CellQuestion } from './CellQuestion.tsx';
import { cellStates, cellTone, cellWord, isFinal } from './operationState.ts';

interface CellProps {
  operation: Operation;
  cell: Cell;
}

function Times({ cell }: { cell: Cell }) {
  const now = useNowMs();
  if (cell.startedAtMs === null) return <>not begun</>;
  return (
    <>
      {formatTimeOfDay(cell.startedAtMs)} · {formatElapsed((cell.finishedAtMs ?? now) - cell.startedAtMs)}
    </>
  );
}

function SkipDialog({ operation, cell, title, onClose }: CellProps & { title: string; onClose(): void }) {
  const [reason, setReason] = useState('');
  const skip = useAction(client.operations.skipCell, onClose);
  const submit = () => reason.trim() && void skip.run({ id: operation.id, serverId: cell.serverId, stepId: cell.stepId, reason: reason.trim() });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      width="narrow"
      title={`Skip “${title}”`}
      description="What follows goes on as if it were done. The reason stays in the record."
      footer={
        <>
          <Button onClick={onClose}>Leave as it is</Button>
          <Button type="submit" variant="primary" disabled={!reason.trim()} busy={skip.busy}>
            Skip it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Reason">{(field) => <Textarea {...field} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}</Field>
        {skip.error && <ErrorPanel error={skip.error} />}
      </div>
    </Dialog>
  );
}

/**
 * What is behind a cell: its state and times, its error, its output as it comes, and what can be done about it. At the side, or `wide` in all
 * the room there is.
 */
export function CellDrawer({ operation, cell, wide = false, find, onClose }: CellProps & { wide?: boolean; find?: string | undefined; onClose(): void }) {
  const [skipping, setSkipping] = useState(false);
  const retry = useAction(client.operations.retryCell);
  const cancel = useAction(client.operations.cancelCell);
  const step = operation.steps.find((each) => each.id === cell.stepId);
  const server = operation.targets.find((target) => target.serverId === cell.serverId);
  const stuck = cell.state === 'failed' || cell.state === 'needs-attention' || cell.state === 'cancelled';
  const live = (cell.state === 'waiting' || cell.state === 'pending' || cell.state === 'running') && !isFinal(operation.state);
  const state = cellStates[cell.state];
  const name = server?.name ?? cell.serverId;
  return (
    <aside
      aria-label="Details of the cell"
      className={cx('flex flex-col gap-3 bg-surface px-4 pt-3 pb-3.5', wide ? 'min-w-0 flex-1' : 'w-[452px] max-w-[46%] shrink-0 border-l border-line')}
    >
      <header className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 pt-1 text-md font-semibold">
          {step?.title ?? cell.stepId} <span className="font-normal text-muted">on {name}</span>
        </h2>
        <IconButton icon={SquareTerminal} label={`Open a shell on ${name}`} onClick={() => void openTerminal(name, 'shell')} />
        <IconButton icon={X} label="Close" shortcut="Esc" onClick={onClose} className="-mr-1.5" />
      </header>
      <KeyValue
        rows={[
          [
            'State',
            <StateMark key="state" tone={cellTone(cell)}>
              {cell.state === 'pending' ? state.word : cellWord(cell)}
              {cell.attempt > 1 ? ` · attempt ${cell.attempt}` : ''}
            </StateMark>,
          ],
          ['Time', <Times key="times" cell={cell} />],
          cell.exitCode !== null ? ['Exit code', <span key="exit">{cell.exitCode}</span>] : null,
          [
            'Operation',
            <span key="operation" className="inline-flex items-center gap-1">
              <code className="font-mono text-sm">{operation.id}</code>
              <CopyButton text={operation.id} label="Copy id" compact />
            </span>,
          ],
        ]}
      />
      {cell.state === 'waiting' && cell.question && <CellQuestion operation={operation} cell={cell} question={cell.question} />}
      {cell.error && <ErrorPanel error={cell.error} />}
      {cancel.error && <ErrorPanel error={cancel.error} />}
      <CellOutput id={operation.id} serverId={cell.serverId} stepId={cell.stepId} find={find} />
      <CellEvidence operation={operation} cell={cell} />
      {(stuck || live) && (
        <footer className="flex items-center gap-1.5">
          {stuck && (
            <Button icon={RotateCcw} busy={retry.busy} onClick={() => retry.run({ id: operation.id, serverId: cell.serverId, stepId: cell.stepId })}>
              Retry
            </Button>
          )}
          {live && (
            <Button icon={Square} busy={cancel.busy} onClick={() => cancel.run({ id: operation.id, serverId: cell.serverId, stepId: cell.stepId })}>
              Cancel on {name}
            </Button>
          )}
          {cell.state !== 'running' && (
            <Button icon={SkipForward} onClick={() => setSkipping(true)}>
              Skip with a reason
            </Button>
          )}
        </footer>
      )}
      {skipping && <SkipDialog operation={operation} cell={cell} title={step?.title ?? cell.stepId} onClose={() => setSkipping(false)} />}
      <ActionConfirm action={retry} title="Retry" verb="Retry" />
      <ActionConfirm action={cancel} title="Cancel" verb="Cancel" />
    </aside>
  );
}
