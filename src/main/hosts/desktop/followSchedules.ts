import type { Schedule } from '../../../shared/model/schedule.ts';
import type { StateFrame } from '../../../shared/model/stream.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { Notice } from './coreMessages.ts';

/** The part of a core's client that is needed to follow its schedules. */
export interface SchedulesSource {
  watch(signal: AbortSignal): Promise<AsyncIterable<StateFrame<Schedule>>>;
  ack(streamId: string, cost: number): Promise<unknown>;
}

/** Reads the schedules of a core through its client. */
export function schedulesSource(client: CoreClient): SchedulesSource {
  return {
    watch: (signal) => client.schedules.watch({}, { signal }),
    ack: (streamId, cost) => client.system.ack({ streamId: streamId as Parameters<CoreClient['system']['ack']>[0]['streamId'], cost }),
  };
}

const urgent = ({ state }: Pick<Schedule, 'state'>) => state === 'due' || state === 'overdue';

/**
 * Reminds of what becomes due, once each time, until the stream ends or `signal` aborts; what is due already when it begins is told in one
 * notice. Rejects when the connection to the core is lost.
 */
export async function followSchedules(source: SchedulesSource, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
  const due = new Map<string, boolean>();
  let streamId = '';
  let begun = false;
  for await (const frame of await source.watch(signal)) {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      continue;
    }
    const changed = frame.type === 'snapshot' ? frame.items : frame.upsert;
    const news = changed.filter((schedule) => urgent(schedule) && due.get(schedule.id) !== true);
    for (const schedule of changed) due.set(schedule.id, urgent(schedule));
    if (frame.type === 'patch') for (const id of frame.remove) due.delete(id);
    await source.ack(streamId, frame.cost);
    if (begun) for (const schedule of news) tell(noticeOfSchedule(schedule));
    if (frame.type === 'patch' || !frame.last || begun) continue;
    begun = true;
    const standing = [...due.values()].filter(Boolean).length;
    if (standing > 0)
      tell({ title: standing === 1 ? 'One task is due' : `${standing} tasks are due`, body: 'See what is due on the calendar', to: '/schedules' });
  }
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
