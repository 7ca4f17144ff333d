import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import type { LintReport } from '../../../shared/model/lint.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { ExplainPanel } from './ExplainPanel.tsx';
import { type LintFile, LintFilesForm } from './LintFilesForm.tsx';
import { LintFindings } from './LintFindings.tsx';
import { LintRules } from './LintRules.tsx';
import { StackPlaces } from './StackPlaces.tsx';
import { useSettled } from './useSettled.ts';

const route = getRouteApi('/lint');

interface ReportsProps {
  query: { data: { reports: LintReport[] } | undefined; error: Error | null; isPending: boolean; refetch(): unknown };
  explained: string | undefined;
  onExplain(id: string): void;
}

function Reports({ query, explained, onExplain }: ReportsProps) {
  if (query.error) return <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => query.refetch()}>Judge again</Button>} />;
  if (!query.data) return <SkeletonRows count={8} label="Loading what the rules say" />;
  return <LintFindings reports={query.data.reports} explained={explained} onExplain={onExplain} />;
}

function OfStack({ explained, onExplain }: Omit<ReportsProps, 'query'>) {
  const { stack, on = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const catalog = useQuery(orpc.stacks.catalog.queryOptions({ input: {} }));
  const fleet = useStateStream(fleetStore);
  const targets = useTargets(on);
  const chosen = stack ?? catalog.data?.stacks[0]?.id;
  const judged = useSettled(on);
  const valid = judged === '' || targets.rows.length > 0;
  const query = useQuery({
    ...orpc.lint.run.queryOptions({ input: { id: (chosen ?? 'none') as StackId, ...(judged === '' ? {} : { selector: judged }) }, retry: false }),
    enabled: chosen !== undefined && valid,
    placeholderData: (before) => before,
  });
  if (catalog.error) return <ErrorPanel error={toSerializedError(catalog.error)} actions={<Button onClick={() => void catalog.refetch()}>Try again</Button>} />;
  if (catalog.isPending || fleet.status === 'loading') return <SkeletonRows count={8} label="Loading the catalogue" />;
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-[minmax(180px,240px)_minmax(0,1fr)] items-start gap-4">
        <div className="flex flex-col gap-1">
          <span className="text-sm font-medium text-muted">Stack</span>
          <Select
            field
            label="Stack"
            value={chosen ?? ''}
            options={catalog.data.stacks.map(({ id, title }) => ({ value: id as string, label: title }))}
            onChange={(next) => void navigate({ search: (before) => ({ ...before, stack: next }), replace: true })}
          />
        </div>
        <TargetField
          selector={on}
          targets={targets}
          listed={false}
          reads
          onChange={(next) => void navigate({ search: ({ on: _, ...before }) => (next === '' ? before : { ...before, on: next }), replace: true })}
        />
      </div>
      {judged === '' && <p className="text-faint">Judged for no server in particular. With servers it is set against their memory, cards, disks and ports.</p>}
      {valid && <Reports query={query} explained={explained} onExplain={onExplain} />}
    </div>
  );
}

const isWritten = (file: LintFile) => file.path !== '' && file.text.trim() !== '';

function OfFiles({ explained, onExplain }: Omit<ReportsProps, 'query'>) {
  const [files, setFiles] = useState<LintFile[]>([]);
  const judged = useSettled(files).filter(isWritten);
  const query = useQuery({
    ...orpc.lint.run.queryOptions({ input: { files: judged }, retry: false, gcTime: 0 }),
    enabled: judged.length > 0,
    placeholderData: (before) => before,
  });
  return (
    <div className="flex flex-col gap-4">
      <LintFilesForm files={files} onChange={setFiles} />
      {!files.some(isWritten) ? (
        <EmptyState title="Nothing to judge yet">
          Any compose project will do. What it says is looked through for {count(133, 'known trap')}, with the line, the reason and the fix of each finding.
        </EmptyState>
      ) : (
        <Reports query={query} explained={explained} onExplain={onExplain} />
      )}
    </div>
  );
}

/** What is wrong with a stack or with files of one's own, before it hurts. */
export function LintScreen() {
  const { view = 'stack', explain } = route.useSearch();
  const navigate = route.useNavigate();
  const onExplain = (id: string) =>
    void navigate({ search: ({ explain: before, ...rest }) => (before === id ? rest : { ...rest, explain: id }), replace: true });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Lint" actions={<StackPlaces />}>
        <span>Known traps, looked for before a deploy meets them</span>
      </PageHeader>
      <Tabs
        label="What is judged"
        value={view}
        tabs={[
          { value: 'stack', label: 'A stack' },
          { value: 'files', label: 'Files of your own' },
          { value: 'rules', label: 'Rules and traps' },
        ]}
        onChange={(next) => void navigate({ search: (before) => ({ ...before, view: next }), replace: true })}
      >
        <div className={explain ? 'grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(260px,340px)]' : 'grid min-h-0 flex-1 grid-cols-1'}>
          <div className="min-h-0 overflow-y-auto px-4 pt-3 pb-6">
            {view === 'stack' && <OfStack explained={explain} onExplain={onExplain} />}
            {view === 'files' && <OfFiles explained={explain} onExplain={onExplain} />}
            {view === 'rules' && <LintRules explained={explain} onExplain={onExplain} />}
          </div>
          {explain && <ExplainPanel id={explain} onExplain={onExplain} onClose={() => onExplain(explain)} />}
        </div>
      </Tabs>
    </div>
  );
}
