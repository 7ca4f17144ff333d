import { useState } from 'react';
import { LogViewer } from './LogViewer.tsx';
import type { LogViewState } from './logAddress.ts';
import { type LogQuery, queryKey } from './logQuery.ts';

/** Followed logs in a pane of the dock or of another screen; what is filtered in it lives as long as it does. */
export function LogPane({ query, isMain = false }: { query: LogQuery; isMain?: boolean }) {
  const [view, setView] = useState<LogViewState>({ text: '', isPattern: false, levels: null, off: [], atMs: null });
  return <LogViewer key={queryKey(query)} query={query} view={view} isMain={isMain} onView={(changes) => setView((before) => ({ ...before, ...changes }))} />;
}
