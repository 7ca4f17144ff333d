import { Link } from '@tanstack/react-router';
import type { OperationKind, OperationSummary } from '../../../shared/model/operation.ts';
import { formatElapsed } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/Meter.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { isFinal, operationStates, progressOf } from './operationState.ts';

const kinds: Record<OperationKind, string> = {
  exec: 'command',
  facts: 'facts',
  copy: 'copy',
  'file-remove': 'files',
  'incident-evidence': 'evidence',
  'recorder-install': 'recorder',
  'recorder-remove': 'recorder',
  'stack-adopt': 'adopt',
  'secret-rotate': 'secret',
  backup: 'backup',
  'backup-verify': 'backup check',
  'backup-prune': 'backups pruned',
  'restore-test': 'restore test',
  restore: 'restore',
  'key-install': 'key',
  'key-remove': 'key',
  workflow: 'workflow',
  rollout: 'rollout',
  rollback: 'rollback',
  'stack-down': 'take down',
  'stack-restart': 'restart',
  'stack-start': 'start',
  'stack-stop': 'stop',
  'stack-revert': 'revert',
  'stack-prune': 'prune',
  'model-update': 'model',
};

/** Columns of a list of operations. */
export const operationColumns: readonly TableColumn<OperationSummary>[] = [
  {
    id: 'title',
    title: 'Operation',
    minWidth: 200,
    grow: 2,
    cell: (operation) => (
      <Link
        to="/operations/$id"
        params={{ id: operation.id }}
        tabIndex={-1}
        className={operation.kind === 'exec' ? 'truncate font-mono text-sm hover:underline' : 'truncate font-semibold hover:underline'}
      >
        {operation.title}
      </Link>
    ),
  },
  { id: 'kind', title: 'Kind', minWidth: 90, priority: 2, cell: (operation) => <span className="text-muted">{kinds[operation.kind]}</span> },
  {
    id: 'state',
    title: 'State',
    minWidth: 130,
    cell: (operation) => <StateMark tone={operationStates[operation.state].tone}>{operationStates[operation.state].word}</StateMark>,
  },
  {
    id: 'servers',
    title: 'Servers',
    minWidth: 140,
    grow: 1,
    cell: (operation) => (
      <span className="truncate text-muted">{operation.targets.length === 1 ? operation.targets[0]?.name : operation.targets.length.toLocaleString('en')}</span>
    ),
  },
  {
    id: 'progress',
    title: 'Progress',
    minWidth: 180,
    priority: 1,
    cell: (operation) => (
      <span className="flex items-center gap-2 text-muted">
        {!isFinal(operation.state) && <ProgressBar ratio={progressOf(operation)} label={`${operation.title}: progress`} />}
        {operation.cellsFinished} of {operation.cellsTotal}
      </span>
    ),
  },
  {
    id: 'took',
    title: 'Took',
    minWidth: 74,
    align: 'end',
    priority: 2,
    cell: (operation) => (
      <span className="text-muted">
        {operation.startedAtMs !== null && operation.finishedAtMs !== null ? formatElapsed(operation.finishedAtMs - operation.startedAtMs) : ''}
      </span>
    ),
  },
  { id: 'who', title: 'By', minWidth: 90, priority: 3, cell: (operation) => <span className="truncate text-muted">{operation.who}</span> },
  {
    id: 'when',
    title: 'Begun',
    minWidth: 84,
    align: 'end',
    cell: (operation) => <RelativeTime atMs={operation.createdAtMs} suffix=" ago" className="text-faint" />,
  },
];
