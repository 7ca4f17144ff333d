import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useMemo } from 'react';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { Loaded } from '../records/Loaded.tsx';
import { AuditComparison } from './AuditComparison.tsx';
import { type StandingRow, standingRows } from './auditView.ts';
import { ScoreMark, SeverityCounts } from './ScoreMark.tsx';
import { WorkflowPlaces } from './WorkflowPlaces.tsx';

const route = getRouteApi('/audits');
const month = 30 * 86_400_000;

function Change({ change }: { change: number | null }) {
  if (change === null) return <span className="text-faint">first</span>;
  if (change === 0) return <span className="text-faint">same</span>;
  return <span className={change > 0 ? 'text-good' : 'text-bad'}>{change > 0 ? `+${change}` : `−${-change}`}</span>;
}

const columns: readonly TableColumn<StandingRow>[] = [
  { id: 'server', title: 'Server', minWidth: 130, grow: 1, cell: ({ standing }) => <b className="truncate font-medium">{standing.server}</b> },
  { id: 'score', title: 'Score', minWidth: 70, cell: ({ standing }) => <ScoreMark standing={standing} /> },
  {
    id: 'trend',
    title: 'Trend',
    minWidth: 96,
    priority: 1,
    cell: ({ trend, standing }) => <Sparkline values={trend} label={`Scores of ${standing.server}: ${trend.map((each) => each ?? 'none').join(', ')}`} />,
  },
  { id: 'change', title: 'Since last', minWidth: 76, cell: ({ change }) => <Change change={change} /> },
  { id: 'findings', title: 'Findings', minWidth: 230, grow: 1.4, cell: ({ standing }) => <SeverityCounts bySeverity={standing.bySeverity} /> },
  {
    id: 'open',
    title: 'Not judged',
    minWidth: 80,
    priority: 2,
    cell: ({ standing }) => (standing.notJudged === 0 ? <span className="text-faint">—</span> : <span className="text-warn">{standing.notJudged}</span>),
  },
  {
    id: 'when',
    title: 'Audited',
    minWidth: 80,
    align: 'end',
    cell: ({ atMs }) => <RelativeTime atMs={atMs} staleAfterMs={month} suffix=" ago" className="text-muted" />,
  },
];
const rowKey = (row: StandingRow) => row.key;

/** How every server came out of its last audit, which way it goes, and servers beside each other. */
export function AuditsScreen() {
  const { workflow, view = 'servers' } = route.useSearch();
  const navigate = route.useNavigate();
  const audits = useQuery({ ...orpc.audits.list.queryOptions({ input: { limit: 500 } }), refetchInterval: 30_000 });
  const all = audits.data?.audits;
  const workflows = useMemo(() => new Map((all ?? []).map((audit) => [audit.workflow, audit.title])), [all]);
  const groups = useMemo(() => {
    const rows = standingRows(all ?? []);
    return [...new Set(rows.map((row) => row.workflow))]
      .filter((each) => workflow === undefined || each === workflow)
      .map((each) => ({ key: each, title: workflows.get(each) ?? each, rows: rows.filter((row) => row.workflow === each) }));
  }, [all, workflow, workflows]);
  const servers = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const compared = workflow ?? [...workflows.keys()][0];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Audits"
        actions={
          <>
            <WorkflowPlaces />
            <Select
              label="Workflow"
              value={workflow ?? ''}
              options={[{ value: '', label: 'Every workflow' }, ...[...workflows].map(([value, label]) => ({ value, label }))]}
              onChange={(value) =>
                void navigate({ search: (before) => ({ ...(before.view && { view: before.view }), ...(value !== '' && { workflow: value }) }), replace: true })
              }
            />
          </>
        }
      >
        <span>{all ? `${count(servers, 'server')} by ${count(all.length, 'audit')}` : 'Runs that only looked'}</span>
      </PageHeader>
      <Loaded query={audits} label="Loading audits">
        {(loaded) =>
          loaded.audits.length === 0 ? (
            <div className="px-4">
              <EmptyState
                title="Nothing was audited yet"
                actions={
                  <Link to="/workflows">
                    <Button variant="primary" icon={ShieldCheck}>
                      Choose a checklist
                    </Button>
                  </Link>
                }
              >
                Run a checklist with “check only”: nothing is changed, and every server gets a score with its findings and what would mend them.
              </EmptyState>
            </div>
          ) : (
            <Tabs
              label="Views of audits"
              value={view}
              tabs={[
                { value: 'servers', label: 'Servers', count: servers },
                { value: 'compare', label: 'Compare' },
              ]}
              onChange={(next) => void navigate({ search: (before) => ({ ...before, view: next }), replace: true })}
            >
              {view === 'compare' && compared !== undefined ? (
                <AuditComparison workflow={compared} />
              ) : (
                <DataTable
                  label="Servers by their last audit"
                  columns={columns}
                  groups={groups}
                  rowKey={rowKey}
                  onOpen={(row) => void navigate({ to: '/audits/$id', params: { id: row.auditId }, search: { server: row.standing.server } })}
                />
              )}
            </Tabs>
          )
        }
      </Loaded>
    </div>
  );
}
