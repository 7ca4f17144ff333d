import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { schedulesStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { AdoptDialog } from './AdoptDialog.tsx';
import { CalendarTab } from './CalendarTab.tsx';
import { ScheduleDialog } from './ScheduleDialog.tsx';
import { dueCount } from './scheduleView.ts';
import { WindowsTab } from './WindowsTab.tsx';

const route = getRouteApi('/schedules');

/** The calendar of what is due, and when servers may be interrupted. */
export function SchedulesScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const state = useStateStream(schedulesStore);
  const change = (changes: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const due = dueCount(state.list);
  const edited = search.dialog === 'edit' ? state.list.find(({ fields }) => fields.name === search.item) : undefined;
  const close = () => change({ dialog: undefined });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Schedules"
        actions={
          <>
            <Button onClick={() => change({ dialog: 'adopt' })}>Take over…</Button>
            <Button variant="primary" icon={Plus} onClick={() => change({ dialog: 'add' })}>
              New schedule
            </Button>
          </>
        }
      >
        <span className={due > 0 ? 'text-warn' : undefined}>
          {due > 0 ? `${due} due now` : 'What is due again and again, and when servers may be interrupted'}
        </span>
      </PageHeader>
      <Tabs
        label="Schedules"
        value={search.tab ?? 'calendar'}
        tabs={[
          { value: 'calendar', label: 'Calendar', ...(state.status === 'loading' ? {} : { count: state.list.length }) },
          { value: 'windows', label: 'Maintenance windows' },
        ]}
        onChange={(tab) => change({ tab: tab === 'calendar' ? undefined : 'windows' })}
      >
        <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-4 pt-2 pb-6">
          {search.tab === 'windows' ? (
            <WindowsTab />
          ) : (
            <CalendarTab
              state={state}
              item={search.item}
              onItem={(item) => change({ item })}
              onEdit={(item) => change({ item, dialog: 'edit' })}
              onAdopt={() => change({ dialog: 'adopt' })}
              onAdd={() => change({ dialog: 'add' })}
            />
          )}
        </div>
      </Tabs>
      {search.dialog === 'add' && <ScheduleDialog schedule={null} onClose={close} />}
      {edited && <ScheduleDialog key={edited.id} schedule={edited} onClose={close} />}
      {search.dialog === 'adopt' && <AdoptDialog onClose={close} />}
    </div>
  );
}
