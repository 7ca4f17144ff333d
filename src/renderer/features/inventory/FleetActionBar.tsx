import { Link, useNavigate } from '@tanstack/react-router';
import { Layers, ListChecks, Pencil, RefreshCw, ScrollText, SquareTerminal, Tags, X } from 'lucide-react';
import { useMemo } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { selectorForServers } from './selectionSelector.ts';

/** What can be done with the servers that are picked. */
export function FleetActionBar({ rows, selected, onClear }: { rows: readonly FleetRow[]; selected: ReadonlySet<string>; onClear(): void }) {
  const navigate = useNavigate();
  const selector = useMemo(() => selectorForServers(rows, selected), [rows, selected]);
  const refresh = useAction(client.servers.refreshFacts, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  const production = rows.filter((row) => selected.has(row.server.id) && row.server.environment === 'production').length;
  const only = selected.size === 1 ? rows.find((row) => selected.has(row.server.id)) : undefined;
  const link = buttonClass('ghost', 'text-text');
  return (
    <div role="toolbar" aria-label="Selected servers" className="pointer-events-none absolute inset-x-4 bottom-4 z-20 flex justify-center">
      <div className="pointer-events-auto flex max-w-full items-center gap-1 rounded bg-float py-1.5 pr-1.5 pl-3 shadow-float">
        <span className="pr-2 whitespace-nowrap">
          <b className="font-semibold">{count(selected.size, 'server')}</b>
          {production > 0 && <span className="text-warn"> · {production} in production</span>}
        </span>
        {selector === null ? (
          <span className="px-2 text-warn">Too many names at once: pick a whole environment, group or tag.</span>
        ) : (
          <>
            <Link to="/exec" search={{ on: selector }} className={link}>
              <SquareTerminal aria-hidden size={14} strokeWidth={1.8} /> Run command
            </Link>
            <Link to="/workflows" search={{ on: selector }} className={link}>
              <ListChecks aria-hidden size={14} strokeWidth={1.8} /> Run workflow
            </Link>
            <Link to="/stacks" search={{ on: selector }} className={link}>
              <Layers aria-hidden size={14} strokeWidth={1.8} /> Deploy
            </Link>
            <Link to="/logs" search={{ on: selector }} className={link}>
              <ScrollText aria-hidden size={14} strokeWidth={1.8} /> Logs
            </Link>
            {only ? (
              <Link to="/fleet" search={(before) => ({ ...before, dialog: 'edit', server: only.server.name })} className={link}>
                <Pencil aria-hidden size={14} strokeWidth={1.8} /> Edit
              </Link>
            ) : (
              <Link to="/fleet" search={(before) => ({ ...before, dialog: 'labels', on: selector })} className={link}>
                <Tags aria-hidden size={14} strokeWidth={1.8} /> Labels
              </Link>
            )}
            <Button variant="ghost" icon={RefreshCw} busy={refresh.busy} onClick={() => refresh.run({ selector })} className="text-text">
              Refresh facts
            </Button>
          </>
        )}
        <IconButton icon={X} label="Unpick all" shortcut="Esc" onClick={onClear} />
      </div>
      <ActionConfirm action={refresh} title="Refresh facts" verb="Refresh" />
    </div>
  );
}
