import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { OperationKind, OperationSummary } from '../../../shared/model/operation.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { operationsStore, useStateStream } from '../../client/streams.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/Meter.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { isFinal, operationStates, progressOf } from './operationState.ts';

interface RecentRunsProps {
  kinds?: readonly OperationKind[];
  subject?: string;
  serverId?: ServerId;
  empty: string;
  limit?: number;
}

function matches(operation: OperationSummary, { kinds, subject, serverId }: RecentRunsProps): boolean {
  return (
    (!kinds || kinds.includes(operation.kind)) &&
    (subject === undefined || operation.subject === subject) &&
    (serverId === undefined || operation.targets.some((target) => target.serverId === serverId))
  );
}

/** The latest operations of a kind, a subject or a server; those that run are live. */
export function RecentRuns(props: RecentRunsProps) {
  const { serverId, empty, limit = 12 } = props;
  const query = useQuery(orpc.operations.list.queryOptions({ input: { limit: 200, ...(serverId ? { serverId } : {}) } }));
  const live = useStateStream(operationsStore);
  if (query.error) return <ErrorPanel error={toSerializedError(query.error)} />;
  if (query.isPending) return <SkeletonRows count={3} label="Loading runs" />;
  const byId = new Map([...query.data.operations, ...live.list].map((operation) => [operation.id, operation]));
  const runs = [...byId.values()]
    .filter((operation) => matches(operation, props))
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .slice(0, limit);
  if (runs.length === 0) return <p className="px-2 py-2 text-muted">{empty}</p>;
  return (
    <ul className="@container">
      {runs.map((operation) => {
        const state = operationStates[operation.state];
        return (
          <li key={operation.id}>
            <Link
              to="/operations/$id"
              params={{ id: operation.id }}
              className="grid h-8 grid-cols-[minmax(0,1fr)_124px_72px] items-center gap-4 @2xl:grid-cols-[minmax(140px,1.4fr)_130px_minmax(90px,1fr)_176px_84px] border-b border-hairline px-2 hover:bg-raised/60"
            >
              <span className={operation.kind === 'exec' ? 'truncate font-mono text-sm' : 'truncate font-medium'}>{operation.title}</span>
              <StateMark tone={state.tone}>{state.word}</StateMark>
              <span className="hidden truncate text-muted @2xl:inline">
                {operation.targets.length === 1 ? operation.targets[0]?.name : count(operation.targets.length, 'server')}
              </span>
              <span className="hidden items-center gap-2 whitespace-nowrap text-muted @2xl:flex">
                {!isFinal(operation.state) && <ProgressBar ratio={progressOf(operation)} label={`${operation.title}: progress`} />}
                {operation.cellsFinished} of {operation.cellsTotal}
              </span>
              <span className="text-right">
                <RelativeTime atMs={operation.createdAtMs} suffix=" ago" className="text-faint" />
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
