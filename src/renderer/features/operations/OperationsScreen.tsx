import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { OperationSummary } from '../../../shared/model/operation.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { operationsStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { operationColumns } from './operationColumns.tsx';

const rowKey = (operation: OperationSummary) => operation.id;

/** A table of operations, newest first; what is live replaces what was read. */
export function OperationsTable({ operations, label }: { operations: readonly OperationSummary[]; label: string }) {
  const navigate = useNavigate();
  const groups = useMemo(() => [{ key: 'all', title: '', rows: [...operations].sort((a, b) => b.createdAtMs - a.createdAtMs) }], [operations]);
  return (
    <DataTable
      label={label}
      columns={operationColumns}
      groups={groups}
      rowKey={rowKey}
      onOpen={(operation) => void navigate({ to: '/operations/$id', params: { id: operation.id } })}
    />
  );
}

/** What ran, what runs. */
export function OperationsScreen() {
  const query = useQuery(orpc.operations.list.queryOptions({ input: { limit: 500 } }));
  const live = useStateStream(operationsStore);
  const operations = useMemo(
    () => [...new Map([...(query.data?.operations ?? []), ...live.list].map((operation) => [operation.id, operation])).values()],
    [query.data, live.list],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Operations">
        <span>Runs, rollouts and commands; the newest first</span>
      </PageHeader>
      {query.error && operations.length === 0 ? (
        <div className="px-4">
          <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
        </div>
      ) : query.isPending && operations.length === 0 ? (
        <div className="px-4">
          <SkeletonRows label="Loading operations" />
        </div>
      ) : operations.length === 0 ? (
        <div className="px-4">
          <EmptyState
            title="Nothing has run yet"
            actions={
              <Link to="/workflows" className="text-accent hover:underline">
                Look at the workflows
              </Link>
            }
          >
            A workflow, a rollout or a command on several servers becomes an operation. It goes on when this window is closed.
          </EmptyState>
        </div>
      ) : (
        <OperationsTable operations={operations} label="Operations" />
      )}
    </div>
  );
}
