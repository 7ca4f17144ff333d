import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { presetTitle } from '../../app/dock/openTerminal.ts';
import { PaneName } from '../../app/dock/PaneName.tsx';
import { toSerializedError } from '../../client/clientError.ts';
import { useTerminals } from '../../terminal/useTerminals.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

const TerminalPane = lazy(() => import('../../terminal/TerminalPane.tsx').then((module) => ({ default: module.TerminalPane })));
const route = getRouteApi('/terminal/$id');

/** One terminal with nothing around it, for a window of its own. */
export function TerminalWindow() {
  const { id } = route.useParams();
  const list = useTerminals();
  const terminal = list.data?.terminals.find((each) => each.id === id);
  if (!terminal) {
    return (
      <div className="p-4">
        {list.isPending && <SkeletonRows count={3} label="Loading the terminal" />}
        {list.error && !list.data && <ErrorPanel error={toSerializedError(list.error)} />}
        {list.data && (
          <EmptyState title="This terminal is not there any more">It was ended, or the core does not hold it. This window can be closed.</EmptyState>
        )}
      </div>
    );
  }
  const tab = { id: `terminal:${id}`, kind: 'terminal' as const, terminalId: id, serverName: terminal.serverName, title: terminal.title };
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex h-7 shrink-0 items-center gap-2 border-b border-line px-3 text-sm">
        <h1 className="flex min-w-0 items-center gap-2 font-normal">
          <PaneName tab={tab} withTitle />
        </h1>
        <span className="ml-auto shrink-0 text-faint">{presetTitle(terminal.serverName, terminal.preset, terminal.of)}</span>
      </header>
      <Suspense>
        <TerminalPane key={id} terminalId={id} serverName={terminal.serverName} focusWish={1} />
      </Suspense>
    </div>
  );
}
