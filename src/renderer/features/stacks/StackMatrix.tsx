import { Link } from '@tanstack/react-router';
import { CircleArrowUp } from 'lucide-react';
import { useMemo } from 'react';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Mark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { stackHealth } from './stackHealth.ts';
import { isShown, type Placed, type PlacedRow, type PlaceFilter } from './stackPlaces.ts';

const rowKey = ({ row }: PlacedRow) => row.server.id;
/** What a server told longer ago may no longer be so. */
const staleMs = 3_600_000;

function PlacedCell({ placed, version, faded }: { placed: Placed; version: number; faded: boolean }) {
  const health = stackHealth[placed.health];
  const marked = (placed.drift ?? 0) > 0 || placed.olderVersion !== null;
  const wordShown = placed.health !== 'healthy' || !marked;
  return (
    <Link
      to="/stacks/$id"
      params={{ id: placed.stackId }}
      tabIndex={-1}
      className={faded ? 'flex items-center gap-2 opacity-50' : 'flex items-center gap-2 hover:underline'}
    >
      <Mark tone={health.tone} size={9} />
      <span className="font-mono text-sm">{placed.release ?? '—'}</span>
      <span className={wordShown ? (placed.health === 'healthy' ? 'text-faint' : 'text-text') : 'sr-only'}>{health.word}</span>
      {placed.drift !== null && placed.drift > 0 && <span className="text-warn">drift {placed.drift}</span>}
      {placed.olderVersion !== null && (
        <span className="inline-flex text-info" title={`Made from version ${placed.olderVersion} of the stack; the catalogue has ${version}`}>
          <CircleArrowUp aria-hidden size={13} />
          <span className="sr-only">update to be had</span>
        </span>
      )}
    </Link>
  );
}

/** Servers that hold a stack, by stack: release, health, drift and updates in each cell. */
export function StackMatrix({ stacks, rows, filter }: { stacks: readonly StackDefinition[]; rows: readonly PlacedRow[]; filter: PlaceFilter }) {
  // A column for a stack that is nowhere would be empty; one that is no longer in the catalogue still runs.
  const known = useMemo(() => new Map<string, StackDefinition>(stacks.map((stack) => [stack.id, stack])), [stacks]);
  const shownKey = [...new Set(rows.flatMap(({ placed }) => placed.map((each) => each.stackId)))].sort().join(' ');
  const columns = useMemo<TableColumn<PlacedRow>[]>(() => {
    const shown = shownKey === '' ? [] : shownKey.split(' ');
    return [
      {
        ...{ id: 'server', title: 'Server', minWidth: 120, grow: 1 },
        cell: ({ row }) => (
          <Link to="/servers/$name/$tab" params={{ name: row.server.name, tab: 'stacks' }} tabIndex={-1} className="truncate font-semibold hover:underline">
            {row.server.name}
          </Link>
        ),
      },
      {
        ...{ id: 'environment', title: 'Environment', minWidth: 96, priority: 2 },
        cell: ({ row }) => <span className="text-muted">{row.server.environment}</span>,
      },
      ...shown.map(
        (id): TableColumn<PlacedRow> => ({
          ...{ id, title: known.get(id)?.title ?? id, minWidth: 112, grow: 1 },
          cell({ placed }) {
            const here = placed.find((each) => each.stackId === id);
            if (!here) return <span className="text-faint">·</span>;
            return <PlacedCell placed={here} version={known.get(id)?.version ?? 0} faded={!isShown(here, filter)} />;
          },
        }),
      ),
      {
        ...{ id: 'seen', title: 'Seen', minWidth: 64, align: 'end', priority: 1 },
        cell: ({ lookedAtMs }) =>
          lookedAtMs === null ? <span className="text-faint">—</span> : <RelativeTime atMs={lookedAtMs} staleAfterMs={staleMs} className="text-faint" />,
      },
    ];
  }, [shownKey, known, filter]);
  const groups = useMemo(() => [{ key: 'all', title: '', rows }], [rows]);
  return <DataTable label="Stacks by server" columns={columns} groups={groups} rowKey={rowKey} />;
}
