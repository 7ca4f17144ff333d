import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { findWorkflows } from '../../../shared/model/findWorkflows.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { WorkflowPlaces } from '../audits/WorkflowPlaces.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { BrokenWorkflows } from './BrokenWorkflows.tsx';

const route = getRouteApi('/workflows');
const titles = { checklist: 'Checklists', runbook: 'Runbooks' };
const kinds = [
  { value: 'all', label: 'All kinds' },
  { value: 'checklist', label: 'Checklists' },
  { value: 'runbook', label: 'Runbooks' },
] as const;

function shownKinds(kind: keyof typeof titles | undefined): (keyof typeof titles)[] {
  return kind === undefined ? ['checklist', 'runbook'] : [kind];
}

/** The library of checklists and runbooks, and what ran of them lately. */
export function WorkflowsScreen() {
  const { on, q = '', kind } = route.useSearch();
  const navigate = route.useNavigate();
  const library = useQuery(orpc.workflows.list.queryOptions({ input: {} }));
  const workflows = library.data?.workflows ?? [];
  const found = findWorkflows(workflows, { words: q });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Workflows"
        actions={
          <>
            <WorkflowPlaces />
            <Select
              label="Kind"
              className="w-32 shrink-0"
              value={kind ?? 'all'}
              options={kinds}
              onChange={(next) =>
                void navigate({ search: (before) => ({ ...before, kind: next === 'all' ? undefined : next }) as typeof before, replace: true })
              }
            />
            <Input
              type="search"
              data-filter
              aria-label="Find by what you see"
              placeholder="Find by what you see"
              value={q}
              className="w-64"
              onChange={(event) => void navigate({ search: (before) => ({ ...before, q: event.target.value || undefined }) as typeof before, replace: true })}
            />
          </>
        }
      >
        <span>
          {on ? (
            <>
              Choose what to run on <code className="font-mono text-sm text-text">{on}</code>
            </>
          ) : (
            'Checked, applied and verified step by step; what is already so is left alone'
          )}
        </span>
      </PageHeader>
      <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto px-4 pb-6">
        {library.isPending && <SkeletonRows count={5} label="Loading the library" />}
        {library.error && <ErrorPanel error={toSerializedError(library.error)} actions={<Button onClick={() => void library.refetch()}>Try again</Button>} />}
        {library.data && workflows.length === 0 && (
          <EmptyState title="The library is empty">Workflows are files of the catalogue; none could be read.</EmptyState>
        )}
        {workflows.length > 0 && !found.some((each) => kind === undefined || each.kind === kind) && (
          <div className="shrink-0">
            <EmptyState title="Nothing fits these words">
              Say it as you see it, for example "disk full". The runbook "Something is wrong" asks the first questions where nobody knows.
            </EmptyState>
          </div>
        )}
        {shownKinds(kind).map((each) => {
          const entries = found.filter((workflow) => workflow.kind === each);
          return (
            entries.length > 0 && (
              <Section key={each} title={titles[each]}>
                <ul>
                  {entries.map((workflow) => (
                    <li key={workflow.id}>
                      <Link
                        to="/workflows/$id"
                        params={{ id: workflow.id }}
                        search={on ? { on } : {}}
                        className="grid min-h-10 grid-cols-[minmax(160px,260px)_minmax(0,1fr)_auto] items-center gap-4 border-b border-hairline px-2 py-1.5 hover:bg-raised/60"
                      >
                        <span className="flex min-w-0 items-center gap-2">
                          <b className="truncate font-semibold">{workflow.title}</b>
                          <Badge mono>v{workflow.version}</Badge>
                          {workflow.own && <Badge>own</Badge>}
                        </span>
                        <span className="text-muted">{workflow.summary}</span>
                        <span className="whitespace-nowrap text-faint">{count(workflow.stepCount, 'step')}</span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </Section>
            )
          );
        })}
        <BrokenWorkflows files={library.data?.broken ?? []} />
        {!library.isPending && (
          <Section title="Recent runs">
            <RecentRuns kinds={['workflow']} empty="No workflow ran yet." />
          </Section>
        )}
      </div>
    </div>
  );
}
