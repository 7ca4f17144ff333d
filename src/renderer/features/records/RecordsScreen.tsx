import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { costTotal } from '../../../shared/model/costSummary.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { DeploymentsTab } from './DeploymentsTab.tsx';
import { DocumentsTab } from './DocumentsTab.tsx';
import { GroupsTab } from './GroupsTab.tsx';
import { InstancesTab } from './InstancesTab.tsx';
import { ResourcesTab } from './ResourcesTab.tsx';
import type { RecordsSearch } from './recordsSearch.ts';
import { Totals } from './recordWords.tsx';
import { useDocuments, useGroups, useResources } from './useRecords.ts';

const route = getRouteApi('/records/$tab');
const tabs = ['groups', 'resources', 'documents', 'deployments', 'instances'] as const;

/** What is kept beside the servers themselves. */
export function RecordsScreen() {
  const { tab } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const fleet = useStateStream(fleetStore);
  const groups = useGroups();
  const resources = useResources();
  const documents = useDocuments();
  const current = tabs.find((each) => each === tab) ?? 'groups';
  const servers = useMemo(() => fleet.list.map((row) => row.server), [fleet.list]);
  const cost = useMemo(() => costTotal(servers, resources.data ?? []), [servers, resources.data]);
  const change = useCallback((changes: RecordsSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }), [navigate]);
  const counted = (list: readonly unknown[] | undefined) => (list === undefined ? {} : { count: list.length });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Records">
        {cost.totals.length > 0 ? (
          <>
            <Totals totals={cost.totals} />
            {cost.unpriced > 0 && (
              <span className="text-faint" title="The sums are too small by theirs">
                {count(cost.unpriced, 'record')} without a cost
              </span>
            )}
          </>
        ) : (
          <span>What belongs to the fleet and is on no server</span>
        )}
      </PageHeader>
      <Tabs
        label="Kinds of record"
        value={current}
        tabs={[
          { value: 'groups', label: 'Groups', ...counted(groups.data) },
          { value: 'resources', label: 'Cloud resources', ...counted(resources.data) },
          { value: 'documents', label: 'Documents', ...counted(documents.data) },
          { value: 'deployments', label: 'Deployments' },
          { value: 'instances', label: 'Instance types' },
        ]}
        onChange={(next) => void navigate({ to: '/records/$tab', params: { tab: next }, search: {} })}
      >
        {current === 'groups' && <GroupsTab search={search} change={change} servers={servers} />}
        {current === 'resources' && <ResourcesTab search={search} change={change} servers={servers} />}
        {current === 'documents' && <DocumentsTab search={search} change={change} />}
        {current === 'deployments' && <DeploymentsTab search={search} change={change} />}
        {current === 'instances' && <InstancesTab search={search} change={change} servers={servers} />}
      </Tabs>
    </div>
  );
}
