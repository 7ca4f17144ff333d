import { useNavigate } from '@tanstack/react-router';
import { History, RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useMemo } from 'react';
import type { Operation } from '../../../shared/model/operation.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { moveInList } from '../../ui/useListKeys.ts';
import { isFinal } from '../operations/operationState.ts';
import { GroupRow } from './GroupRow.tsx';
import { baseGroup, groupOrder, retryCounts, retryLabel } from './groupView.ts';
import { useExecGroups } from './useExecGroups.ts';

/** j, k and arrows lead from group to group. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const groups = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-group]')];
  const target = event.target as HTMLElement;
  if (!target.closest('[data-group]')) return;
  const next = moveInList(event.key, groups.indexOf(target), groups.length);
  if (next === null) return;
  event.preventDefault();
  groups[next]?.focus();
}

function Canary({ operation }: { operation: Operation }) {
  const [canary] = operation.targets;
  const [cell] = operation.cells;
  if (operation.strategy.kind !== 'canary' || operation.targets.length < 2 || !canary || !cell) return null;
  const others = count(operation.targets.length - 1, 'other');
  const word =
    cell.state === 'done'
      ? `The canary ${canary.name} succeeded, so the ${others} followed.`
      : cell.state === 'running' || cell.state === 'pending'
        ? `First on ${canary.name} alone; the ${others} follow when it exits with 0.`
        : `The canary ${canary.name} did not succeed, so the ${others} were not touched.`;
  return <p className={cell.state === 'failed' || cell.state === 'needs-attention' ? 'text-warn' : 'text-muted'}>{word}</p>;
}

/** How a command ended, servers that ended alike together, growing while it runs; with the ways to try again. */
export function ExecGroups({ operation, onPick }: { operation: Operation; onPick(serverId: string): void }) {
  const groups = useExecGroups(operation.id);
  const navigate = useNavigate();
  const retry = useAction(client.operations.retryFailed);
  const ordered = useMemo(() => groupOrder(groups.list), [groups.list]);
  const base = useMemo(() => baseGroup(groups.list), [groups.list]);
  const settled = groups.list.reduce((sum, group) => sum + group.servers.length, 0);
  const final = isFinal(operation.state);
  const counts = retryCounts(operation);
  const arriving = groups.status === 'loading' || (final && settled < operation.targets.length);
  return (
    <section aria-label="Results" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
        <h2 className="font-semibold">Results</h2>
        <span className="text-muted">{ordered.length > 0 && `${count(ordered.length, 'group')} of ${count(settled, 'server')}`}</span>
        {groups.status === 'stale' && <StaleMark sinceMs={groups.sinceMs} />}
        {final && (
          <span className="ml-auto flex gap-1.5">
            {counts.failed > 0 && (
              <Button icon={RotateCcw} busy={retry.busy} onClick={() => void retry.run({ id: operation.id })}>
                {retryLabel(counts)}
              </Button>
            )}
            <Button icon={History} onClick={() => void navigate({ to: '/exec', search: { again: operation.id } })}>
              Run again
            </Button>
          </span>
        )}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-2 pb-4">
        {retry.error && <ErrorPanel error={retry.error} />}
        <Canary operation={operation} />
        {groups.error && ordered.length === 0 ? (
          <ErrorPanel error={groups.error} />
        ) : ordered.length === 0 && arriving ? (
          <SkeletonRows count={4} label="Reading the results" />
        ) : ordered.length === 0 ? (
          <p className="py-2 text-muted">No server has ended yet. Results come here as they do, servers that answer alike together.</p>
        ) : (
          <ul data-list onKeyDown={moveFocus}>
            {ordered.map((group) => (
              <GroupRow key={group.key} operation={operation} group={group} base={group === base ? null : base} onPick={onPick} />
            ))}
          </ul>
        )}
      </div>
      <ActionConfirm action={retry} title="Retry" verb="Retry" />
    </section>
  );
}
