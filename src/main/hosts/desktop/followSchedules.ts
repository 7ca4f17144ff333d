import type { Schedule } from '../../../shared/model/schedule.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { Notice } from './coreMessages.ts';
import { followState, type StateSource, stateSource } from './stateSource.ts';

/** The schedules of a core. */
export const schedulesSource = (client: CoreClient): StateSource<Schedule> => stateSource(client, (signal) => client.schedules.watch({}, { signal }));

const urgent = ({ state }: Pick<Schedule, 'state'>) => state === 'due' || state === 'overdue';

/**
 * Reminds of what becomes due, once each time, until the stream ends or `signal` aborts; what is due already when it begins is told in one
 * notice. Rejects when the connection to the core is lost.
 */
export async function followSchedules(source: StateSource<Schedule>, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
  const due = new Map<string, boolean>();
  await followState(
    source,
    ({ changed, removed, begun, whole }) => {
      const news = changed.filter((schedule) => urgent(schedule) && due.get(schedule.id) !== true);
      for (const schedule of changed) due.set(schedule.id, urgent(schedule));
      for (const id of removed) due.delete(id);
      if (begun) for (const schedule of news) tell(noticeOfSchedule(schedule));
      const standing = whole && !begun ? [...due.values()].filter(Boolean).length : 0;
      if (standing > 0)
        tell({ title: standing === 1 ? 'One task is due' : `${standing} tasks are due`, body: 'See what is due on the calendar', to: '/schedules' });
    },
    signal,
  );
}

/** What is said of a schedule that became due. */
function noticeOfSchedule({ fields, state, targets }: Schedule): Notice {
  const where = targets.filter((target) => target.serverId !== null && urgent(target)).map(({ name }) => name);
  const on = where.length === 0 ? fields.owner : where.length > 3 ? `${where.length} servers` : where.join(', ');
  return {
    title: `${fields.title} is ${state}`.slice(0, 200),
    body: [on, fields.text.split('\n')[0]].filter(Boolean).join(' · ').slice(0, 500),
    to: `/schedules?item=${encodeURIComponent(fields.name)}`,
  };
}
