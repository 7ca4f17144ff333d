import { useEffect, useState, useSyncExternalStore } from 'react';
import { client } from '../../client/client.ts';
import { acknowledge, beforeRetry } from '../../client/streams.ts';
import { createLogFeed } from './logFeed.ts';
import { createLogModel, type LogModel } from './logModel.ts';
import { type LogQuery, queryKey } from './logQuery.ts';

/** How many lines of each source there are at first. */
const firstTail = 500;

function openModel({ on, ...want }: LogQuery, sinceMs: number | null): LogModel {
  const feed = createLogFeed({
    ack: acknowledge,
    beforeRetry,
    open: (resume, signal) =>
      client.logs.follow(
        { selector: on, want, tail: firstTail, follow: true, ...(sinceMs === null ? {} : { sinceMs }), ...(resume === null ? {} : { resume }) },
        { signal },
      ),
  });
  return createLogModel(feed);
}

/** Follows logs while the component is there: their last lines, or those since a moment. Another query or moment begins anew. */
export function useLogModel(query: LogQuery, sinceMs: number | null): LogModel | null {
  const [model, setModel] = useState<LogModel | null>(null);
  const key = queryKey(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a query of the same key is the same query.
  useEffect(() => {
    const next = openModel(query, sinceMs);
    setModel(next);
    return () => next.close();
  }, [key, sinceMs]);
  useSyncExternalStore(
    (listener) => model?.subscribe(listener) ?? (() => {}),
    () => model?.version() ?? 0,
  );
  return model;
}
