import { getRouteApi, Link } from '@tanstack/react-router';
import { BookUser, Siren } from 'lucide-react';
import { useMemo } from 'react';
import { type Incident, incidentLevels } from '../../../shared/model/incident.ts';
import { incidentsStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { levelTones } from './incidentWords.ts';
import { OpenIncidentDialog } from './OpenIncidentDialog.tsx';
import { OnCallLine, PlanDialog } from './PlanDialog.tsx';

const route = getRouteApi('/incidents');

const columns: readonly TableColumn<Incident>[] = [
  { id: 'id', title: 'No.', minWidth: 70, cell: ({ id }) => <span className="font-mono text-sm text-muted">{id}</span> },
  {
    id: 'title',
    title: 'What is wrong',
    minWidth: 200,
    grow: 2,
    cell: ({ id, title }) => (
      <Link to="/incidents/$id" params={{ id }} tabIndex={-1} className="truncate font-semibold hover:underline">
        {title}
      </Link>
    ),
  },
  {
    id: 'level',
    title: 'Level',
    minWidth: 120,
    cell: ({ level, closedAtMs }) => (
      <StateMark tone={closedAtMs === null ? levelTones[level] : 'off'} title={incidentLevels[level].meaning}>
        {level} {incidentLevels[level].word}
      </StateMark>
    ),
  },
  {
    id: 'servers',
    title: 'Servers',
    minWidth: 140,
    grow: 1,
    priority: 1,
    cell: ({ servers }) => <span className="truncate text-muted">{servers.map(({ name }) => name).join(', ') || 'none named'}</span>,
  },
  { id: 'by', title: 'Opened by', minWidth: 100, priority: 2, cell: ({ openedBy }) => <span className="truncate text-muted">{openedBy}</span> },
  {
    id: 'when',
    title: 'Opened',
    minWidth: 84,
    align: 'end',
    cell: ({ openedAtMs }) => <RelativeTime atMs={openedAtMs} suffix=" ago" className="text-faint" />,
  },
];
const rowKey = ({ id }: Incident) => id;

/** What is wrong now, and what was. */
export function IncidentsScreen() {
  const { dialog } = route.useSearch();
  const navigate = route.useNavigate();
  const incidents = useStateStream(incidentsStore);
  const groups = useMemo(() => {
    const sorted = [...incidents.list].sort((a, b) => b.openedAtMs - a.openedAtMs);
    return [
      { key: 'open', title: 'Open', rows: sorted.filter(({ closedAtMs }) => closedAtMs === null) },
      { key: 'closed', title: 'Closed', rows: sorted.filter(({ closedAtMs }) => closedAtMs !== null) },
    ].filter(({ rows }) => rows.length > 0);
  }, [incidents.list]);
  const show = (next: 'open' | 'contacts' | undefined) => void navigate({ search: next === undefined ? {} : { dialog: next }, replace: true });
  const openNow = groups.find(({ key }) => key === 'open')?.rows.length ?? 0;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Incidents"
        actions={
          <>
            <Button icon={BookUser} onClick={() => show('contacts')}>
              Contacts and on-call
            </Button>
            <Button variant="primary" icon={Siren} onClick={() => show('open')}>
              Open an incident
            </Button>
          </>
        }
      >
        <span>{openNow === 0 ? 'None is open' : `${count(openNow, 'incident')} open`}</span>
        <OnCallLine />
        {incidents.status === 'stale' && <StaleMark sinceMs={incidents.sinceMs} />}
      </PageHeader>
      {incidents.error !== null && incidents.list.length === 0 ? (
        <div className="max-w-[760px] p-4">
          <ErrorPanel error={incidents.error} />
        </div>
      ) : incidents.status === 'loading' ? (
        <div className="px-4">
          <SkeletonRows label="Loading incidents" />
        </div>
      ) : incidents.list.length === 0 ? (
        <div className="px-4">
          <EmptyState title="Nothing is wrong, or nobody has said so" actions={<Button onClick={() => show('open')}>Open an incident</Button>}>
            An incident keeps what the servers said before anybody touched them, who did what, and ends in a draft of its postmortem.
          </EmptyState>
        </div>
      ) : (
        <DataTable
          label="Incidents"
          columns={columns}
          groups={groups}
          rowKey={rowKey}
          onOpen={({ id }) => void navigate({ to: '/incidents/$id', params: { id } })}
        />
      )}
      {dialog === 'open' && <OpenIncidentDialog onClose={() => show(undefined)} />}
      {dialog === 'contacts' && <PlanDialog onClose={() => show(undefined)} />}
    </div>
  );
}
