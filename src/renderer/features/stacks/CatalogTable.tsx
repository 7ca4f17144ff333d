import { Link, useNavigate } from '@tanstack/react-router';
import { Rocket } from 'lucide-react';
import { useMemo } from 'react';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { Badge } from '../../ui/Badge.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { count, formatMib } from '../../ui/format.ts';
import { Mark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { exposures } from './exposures.ts';
import { stackHealth } from './stackHealth.ts';
import { advisedCards, defaultsOf, publishedPorts, runsWith, sumNeeds } from './stackNeeds.ts';
import type { PlacedRow } from './stackPlaces.ts';

const rowHeight = 48;
/** Height of a catalogue of so many stacks in px, so that what follows it does not move when it comes. */
export const catalogHeight = (stacks: number): number => stacks * rowHeight + 48;
const rowKey = (stack: StackDefinition) => stack.id;

/** Two sizes as a span, the unit said once where it is the same; or the one that both are. */
function span(least: number, most: number): string {
  if (most === 0) return '—';
  if (least === most || least === 0) return formatMib(most);
  const [from = '', unit] = formatMib(least).split(' ');
  const [to = '', other] = formatMib(most).split(' ');
  return unit === other ? `${from} – ${to} ${unit}` : `${from} ${unit} – ${to} ${other}`;
}

function Where({ stack, rows }: { stack: StackDefinition; rows: readonly PlacedRow[] }) {
  const healths = rows.flatMap(({ placed }) => placed.filter((each) => each.stackId === stack.id).map((each) => each.health));
  if (healths.length === 0) return <span className="text-faint">nowhere yet</span>;
  const kinds = (['down', 'degraded', 'unknown', 'absent', 'healthy'] as const).filter((kind) => healths.includes(kind));
  return (
    <Link to="/stacks/$id" params={{ id: stack.id }} tabIndex={-1} className="flex items-center gap-2.5 hover:underline">
      {kinds.map((kind) => (
        <span key={kind} className="flex items-center gap-1.5">
          <Mark tone={stackHealth[kind].tone} size={9} />
          {healths.filter((health) => health === kind).length}
          <span className={kinds.length > 1 && kind === 'healthy' ? 'sr-only' : 'text-muted'}>{stackHealth[kind].word}</span>
        </span>
      ))}
    </Link>
  );
}

/** The ports that are published on a server, by who may reach them. */
function PublishedPorts({ stack }: { stack: StackDefinition }) {
  const ports = publishedPorts(stack);
  const kinds = (['public', 'private', 'loopback'] as const).filter((kind) => ports.some(({ exposure }) => exposure === kind));
  if (kinds.length === 0) return <span className="text-faint">none</span>;
  return (
    <span
      className="flex items-center gap-1.5"
      title={ports.map(({ service, port, exposure }) => `${service} ${port}: ${exposures[exposure].means}`).join('\n')}
    >
      {kinds.slice(0, 1).map((kind) => (
        <Badge key={kind} tone={exposures[kind].tone}>
          {[...new Set(ports.flatMap(({ port, exposure }) => (exposure === kind ? [port] : [])))].slice(0, 3).join(', ')} {exposures[kind].word}
        </Badge>
      ))}
      {kinds.length > 1 && <span className="text-faint">+{ports.filter(({ exposure }) => exposure !== kinds[0]).length}</span>}
    </span>
  );
}

/** The stacks that can be deployed, with what each needs at a glance, and where it runs. */
export function CatalogTable({ stacks, rows, on }: { stacks: readonly StackDefinition[]; rows: readonly PlacedRow[]; on: string | undefined }) {
  const navigate = useNavigate();
  const columns = useMemo<TableColumn<StackDefinition>[]>(() => {
    const sums = (stack: StackDefinition) => {
      const defaults = defaultsOf(stack);
      const always = stack.services.filter((service) => runsWith(service, new Set()));
      return { least: sumNeeds(always, defaults), most: sumNeeds(stack.services, defaults) };
    };
    return [
      {
        ...{ id: 'stack', title: 'Stack', minWidth: 176, grow: 3 },
        cell: (stack) => (
          <span className="min-w-0">
            <Link to="/stacks/$id" params={{ id: stack.id }} tabIndex={-1} className="block truncate font-semibold hover:underline">
              {stack.title}
            </Link>
            <span className="block truncate text-sm text-muted" title={stack.summary}>
              {stack.summary}
            </span>
          </span>
        ),
      },
      { ...{ id: 'services', title: 'Services', minWidth: 70, align: 'end', priority: 1 }, cell: (stack) => stack.services.length },
      { ...{ id: 'gpus', title: 'GPUs', minWidth: 86 }, cell: (stack) => advisedCards(stack) ?? <span className="text-faint">none</span> },
      {
        ...{ id: 'memory', title: 'Memory', minWidth: 112, align: 'end' },
        cell: (stack) => {
          const { least, most } = sums(stack);
          return <span title="Without profiles, and with all of them">{span(least.memoryMib, most.memoryMib || (stack.requirements.memoryMib ?? 0))}</span>;
        },
      },
      {
        ...{ id: 'disk', title: 'Disk', minWidth: 118, align: 'end', priority: 3 },
        cell: (stack) => {
          const { least, most } = sums(stack);
          return <span title="Data, without images and models">{span(least.diskMib, most.diskMib || (stack.requirements.diskMib ?? 0))}</span>;
        },
      },
      { ...{ id: 'ports', title: 'Published', minWidth: 136, grow: 1, priority: 2 }, cell: (stack) => <PublishedPorts stack={stack} /> },
      { ...{ id: 'where', title: 'Runs on', minWidth: 126, grow: 1 }, cell: (stack) => <Where stack={stack} rows={rows} /> },
      {
        ...{ id: 'deploy', title: '', minWidth: 110, align: 'end' },
        cell: (stack) => (
          <Link
            to="/stacks/$id/deploy"
            params={{ id: stack.id }}
            search={on ? { on } : {}}
            aria-label={`Deploy ${stack.title}`}
            className={buttonClass(on ? 'primary' : 'secondary')}
          >
            <Rocket aria-hidden size={13} strokeWidth={1.8} /> Deploy
          </Link>
        ),
      },
    ];
  }, [rows, on]);
  const groups = useMemo(() => [{ key: 'all', title: '', rows: stacks }], [stacks]);
  return (
    <div className="-mx-4 flex shrink-0" style={{ height: catalogHeight(stacks.length) }}>
      <DataTable
        label={`Catalogue, ${count(stacks.length, 'stack')}`}
        columns={columns}
        groups={groups}
        rowKey={rowKey}
        rowHeight={rowHeight}
        onOpen={(stack) => void navigate({ to: '/stacks/$id', params: { id: stack.id } })}
      />
    </div>
  );
}
