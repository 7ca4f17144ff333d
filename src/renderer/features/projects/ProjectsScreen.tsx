import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Project } from '../../../shared/contract/projects.ts';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { StackPlaces } from '../stacks/StackPlaces.tsx';
import { AddProjectDialog } from './AddProjectDialog.tsx';
import { FoundProjects } from './FoundProjects.tsx';
import { ProjectDetail, type Taking } from './ProjectDetail.tsx';
import { originParts } from './projectView.ts';

const route = getRouteApi('/projects');

function Row({ project, on, onOpen }: { project: Project; on: boolean; onOpen(): void }) {
  const origin = originParts(project.from);
  return (
    <li className={cx('border-b border-hairline', on ? 'bg-accent-bg' : 'hover:bg-raised/60')}>
      <button
        type="button"
        aria-current={on ? 'true' : undefined}
        onClick={onOpen}
        className="grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-2 py-1.5 text-left"
      >
        <span className="truncate font-semibold">{project.id}</span>
        <span className="text-right text-faint">
          <RelativeTime atMs={project.takenAtMs} suffix=" ago" />
        </span>
        <span className="truncate font-mono text-sm text-muted" title={origin.place}>
          {origin.place}
        </span>
        <span className="text-right text-muted">{count(project.services.length, 'service')}</span>
      </button>
    </li>
  );
}

/** Compose projects of a person's own: taken as they are, and then stacks like any other. */
export function ProjectsScreen() {
  const { item, dialog, on = '', view } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const [takings, setTakings] = useState<Record<string, Taking | null>>({});
  const list = useQuery({ ...orpc.projects.list.queryOptions({ input: {} }), select: ({ projects }) => projects });
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: orpc.projects.key() });
    void queries.invalidateQueries({ queryKey: orpc.stacks.key() });
  };
  const add = () => void navigate({ search: (before) => ({ ...before, dialog: 'add' }), replace: true });
  const open = (id: string | undefined) => void navigate({ search: id === undefined ? {} : { item: id }, replace: true });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Own projects"
        actions={
          <>
            <StackPlaces />
            <Button variant="primary" icon={Plus} onClick={add}>
              Add a project
            </Button>
          </>
        }
      >
        <span>Compose projects of yours, deployed like any stack</span>
      </PageHeader>
      <Tabs
        label="Own projects"
        value={view ?? 'own'}
        tabs={[
          { value: 'own', label: 'Yours', ...(list.data ? { count: list.data.length } : {}) },
          { value: 'found', label: 'Found on servers' },
        ]}
        onChange={(next) => void navigate({ search: next === 'found' ? { view: 'found' } : {}, replace: true })}
      >
        {view === 'found' ? (
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-3 pb-6">
            <FoundProjects
              on={on}
              onSelector={(next) => void navigate({ search: next === '' ? { view: 'found' } : { view: 'found', on: next }, replace: true })}
            />
          </div>
        ) : (
          <Loaded query={list} label="Loading projects" rows={4}>
            {(projects) => {
              const shown = projects.find((project) => project.id === item) ?? projects[0];
              return shown === undefined ? (
                <div className="px-4">
                  <EmptyState
                    title="No project of yours yet"
                    actions={
                      <>
                        <Button variant="primary" icon={Plus} onClick={add}>
                          Add a project
                        </Button>
                        <Button onClick={() => void navigate({ search: { view: 'found' } })}>Look on servers</Button>
                      </>
                    }
                  >
                    Any compose project will do: from a folder, from a git repository at a ref, or one that runs on a server already. It is taken as it is, with
                    several files, profiles and its env files.
                  </EmptyState>
                </div>
              ) : (
                <div className="grid min-h-0 flex-1 grid-cols-[minmax(280px,2fr)_minmax(0,3fr)]">
                  <ul aria-label="Projects" className="min-h-0 overflow-y-auto px-2 pt-2 pb-6">
                    {projects.map((project) => (
                      <Row key={project.id} project={project} on={project.id === shown.id} onOpen={() => open(project.id)} />
                    ))}
                  </ul>
                  <ProjectDetail
                    key={shown.id}
                    project={shown}
                    taking={takings[shown.id] ?? null}
                    onTaken={(taking) => {
                      setTakings((before) => ({ ...before, [shown.id]: taking }));
                      refresh();
                    }}
                    onRemoved={() => {
                      open(undefined);
                      refresh();
                    }}
                  />
                </div>
              );
            }}
          </Loaded>
        )}
      </Tabs>
      {dialog === 'add' && (
        <AddProjectDialog
          onClose={() => void navigate({ search: ({ dialog: _, ...rest }) => rest, replace: true })}
          onAdded={({ id, notes }) => {
            setTakings((before) => ({ ...before, [id]: { notes, changes: null, secretsChanged: [] } }));
            refresh();
            open(id);
          }}
        />
      )}
    </div>
  );
}
