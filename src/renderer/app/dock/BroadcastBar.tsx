import { Radio, X } from 'lucide-react';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useBroadcast } from '../../terminal/broadcast.ts';
import { useTerminals } from '../../terminal/useTerminals.ts';
import { Button } from '../../ui/Button.tsx';
import { useDock } from './dockStore.ts';

/** Says who gets what is typed while it goes to several, and ends it. */
export function BroadcastBar() {
  const { targets, drop, stop } = useBroadcast();
  const terminals = useTerminals().data?.terminals;
  const fleet = useStateStream(fleetStore);
  if (targets.size === 0) return null;
  const { panes } = useDock.getState();
  const production = new Set(fleet.list.filter((row) => row.server.environment === 'production').map((row) => row.server.name));
  const rows = [...targets].map((id) => {
    const terminal = terminals?.find((each) => each.id === id);
    const pane = panes[`terminal:${id}`];
    const serverName = terminal?.serverName ?? (pane?.kind === 'terminal' ? pane.serverName : id);
    return { id, serverName, title: pane?.title ?? terminal?.title ?? id, isProduction: production.has(serverName) };
  });
  return (
    <section
      aria-label="Typing into several terminals"
      className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-b border-bad bg-bad-bg px-3 py-1 text-sm"
    >
      <Radio aria-hidden size={14} className="shrink-0 text-bad" />
      <strong className="font-semibold text-bad">Keys go to {rows.length} terminals:</strong>
      <ul className="flex min-w-0 flex-wrap gap-1">
        {rows.map((row) => (
          <li key={row.id} className="flex items-center gap-1 rounded-sm border border-bad/50 bg-surface pl-1.5">
            <span className="max-w-60 truncate">{row.title}</span>
            {row.isProduction && <span className="text-bad">production</span>}
            <button
              type="button"
              aria-label={`Leave out ${row.title}`}
              className="flex size-5 items-center justify-center text-muted hover:text-text"
              onClick={() => drop(row.id)}
            >
              <X aria-hidden size={12} />
            </button>
          </li>
        ))}
      </ul>
      <Button variant="danger" className="ml-auto" onClick={stop}>
        Stop
      </Button>
    </section>
  );
}
