import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Mark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { stackHealth } from './stackHealth.ts';

const rowKey = (row: FleetRow) => row.server.id;

/** Servers that hold a stack, by stack: release and health in each cell. */
export function StackMatrix({ stacks, rows }: { stacks: readonly StackDefinition[]; rows: readonly FleetRow[] }) {
  const columns = useMemo<TableColumn<FleetRow>[]>(
    () => [
      {
        id: 'server',
        title: 'Server',
        minWidth: 130,
        grow: 1,
        cell: (row) => (
          <Link to="/servers/$name/$tab" params={{ name: row.server.name, tab: 'stacks' }} tabIndex={-1} className="truncate font-semibold hover:underline">
            {row.server.name}
          </Link>
        ),
      },
      ...stacks.map(
        (stack): TableColumn<FleetRow> => ({
          id: stack.id,
          title: stack.title,
          minWidth: 132,
          grow: 1,
          cell(row) {
            const placed = row.stacks.find((each) => each.stackId === stack.id);
            if (!placed) return <span className="text-faint">·</span>;
            const health = stackHealth[placed.health];
            return (
              <Link to="/stacks/$id" params={{ id: stack.id }} tabIndex={-1} className="flex items-center gap-2 hover:underline">
                <Mark tone={health.tone} size={9} />
                <span className="font-mono text-sm">{placed.release ?? '—'}</span>
                <span className={placed.health === 'healthy' ? 'text-faint' : 'text-text'}>{health.word}</span>
              </Link>
            );
          },
        }),
      ),
    ],
    [stacks],
  );
  const holding = useMemo(
    () => rows.filter((row) => row.stacks.length > 0).sort((a, b) => a.server.name.localeCompare(b.server.name, 'en', { numeric: true })),
    [rows],
  );
  const groups = useMemo(() => [{ key: 'all', title: '', rows: holding }], [holding]);
  if (holding.length === 0) return <p className="px-2 py-2 text-muted">No stack is deployed yet.</p>;
  return (
    <div className="-mx-4 flex" style={{ height: Math.min(480, holding.length * 32 + 48) }}>
      <DataTable label="Stacks by server" columns={columns} groups={groups} rowKey={rowKey} />
    </div>
  );
}
