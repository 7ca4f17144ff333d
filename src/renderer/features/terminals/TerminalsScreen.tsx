import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useEffect } from 'react';
import type { Terminal } from '../../../shared/contract/terminals.ts';
import { DockActions } from '../../app/dock/Dock.tsx';
import { askForTerminal } from '../../app/dock/DockDialogs.tsx';
import { groupOf, useDock } from '../../app/dock/dockStore.ts';
import { terminalTab } from '../../app/dock/openTerminal.ts';
import { PaneName } from '../../app/dock/PaneName.tsx';
import { TabBar } from '../../app/dock/TabBar.tsx';
import { Workbench } from '../../app/dock/Workbench.tsx';
import { toSerializedError } from '../../client/clientError.ts';
import { useTerminals } from '../../terminal/useTerminals.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Recordings } from './Recordings.tsx';

const route = getRouteApi('/terminals');

/** Terminals that the core holds and that no pane of this window shows. */
function Others({ terminals }: { terminals: readonly Terminal[] }) {
  if (terminals.length === 0) return null;
  return (
    <section aria-label="In no pane" className="border-t border-line py-1.5">
      <h2 className="px-4 py-1 text-xs text-faint">In no pane</h2>
      <ul>
        {terminals.map((terminal) => (
          <li key={terminal.id}>
            <Link to="/terminals" search={{ id: terminal.id }} className="flex h-8 items-center gap-2 px-4 hover:bg-raised/60">
              <PaneName tab={terminalTab(terminal)} />
              <RelativeTime atMs={terminal.openedAtMs} className="ml-auto shrink-0 text-sm text-muted" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OpenPanes({ asked }: { asked: string | undefined }) {
  const list = useTerminals();
  const navigate = route.useNavigate();
  const { groups, current } = useDock();
  const terminals = list.data?.terminals;
  const group = groups.find((each) => each.id === current);
  useEffect(() => {
    // An address names a terminal; once it is shown the tabs say which one is in front.
    if (asked === undefined || !terminals) return;
    const found = terminals.find((terminal) => terminal.id === asked);
    if (found) useDock.getState().add(terminalTab(found));
    void navigate({ search: {}, replace: true });
  }, [asked, terminals, navigate]);
  const others = (terminals ?? []).filter((terminal) => !groupOf(groups, `terminal:${terminal.id}`));
  if (!group) {
    return (
      <div className="flex flex-col">
        <div className="px-4">
          {list.isPending && <SkeletonRows count={4} label="Loading terminals" />}
          {list.error && !list.data && (
            <ErrorPanel error={toSerializedError(list.error)} actions={<Button onClick={() => void list.refetch()}>Try again</Button>} />
          )}
          {list.data && (
            <EmptyState
              title={others.length > 0 ? 'No pane is open' : 'No terminal is open'}
              actions={
                <Button variant="primary" icon={Plus} onClick={() => askForTerminal()}>
                  Open terminal
                </Button>
              }
            >
              Open one here, from a server, or with Ctrl K and the name of a server.
            </EmptyState>
          )}
        </div>
        <Others terminals={others} />
      </div>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line bg-surface">
      <div className="flex h-[34px] shrink-0 items-center gap-1 border-b border-line px-3">
        <TabBar shown />
        <DockActions />
      </div>
      <Workbench group={group} />
      <Others terminals={others} />
    </div>
  );
}

/** Let me in: every pane at its largest, and what was recorded. */
export function TerminalsScreen() {
  const { id, view, recording } = route.useSearch();
  const navigate = route.useNavigate();
  const recordings = view === 'recordings' || recording !== undefined;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Terminals"
        actions={
          <span className="flex gap-1.5">
            <Chip on={!recordings} onClick={() => void navigate({ search: {} })}>
              Open
            </Chip>
            <Chip on={recordings} onClick={() => void navigate({ search: { view: 'recordings' } })}>
              Recordings
            </Chip>
          </span>
        }
      >
        <span>
          {recordings
            ? 'What terminals showed, kept on this computer'
            : 'Held on their servers: they survive a reload, a lost connection and a new start of the app'}
        </span>
      </PageHeader>
      {recordings ? <Recordings shown={recording} /> : <OpenPanes asked={id} />}
    </div>
  );
}
