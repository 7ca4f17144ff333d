import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toSerializedError } from '../../client/clientError.ts';
import { useConnection } from '../../client/useConnection.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { standing } from './useRecords.ts';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** What is on its way, for a screen reader. */
  label: string;
  rows?: number;
  children(data: T): ReactNode;
}

/** What was asked for, once it is there; before that its outline, and in its place what went wrong. Old news is marked. */
export function Loaded<T>({ query, label, rows = 10, children }: LoadedProps<T>) {
  const link = useConnection();
  const { kind, staleSinceMs } = standing(query, link.state === 'offline');
  if (kind === 'loading') {
    return (
      <div className="px-4 pt-2">
        <SkeletonRows count={rows} label={label} />
      </div>
    );
  }
  if (kind === 'error' || query.data === undefined) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      </div>
    );
  }
  return (
    <>
      {staleSinceMs !== null && (
        <div className="px-4 pb-1">
          <StaleMark sinceMs={staleSinceMs} />
        </div>
      )}
      {children(query.data)}
    </>
  );
}
