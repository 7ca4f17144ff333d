import { isMetric } from '../../../../shared/model/healthHistory.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Readings } from '../../../database/readings/openReadings.ts';

/** Servers whose series are told at once. */
const mostServers = 50;

/** Which series are kept of servers, by metric; how their connections stood is kept for looking back alone. */
export async function storedSeries(readings: Pick<Readings, 'seriesOf'>, servers: readonly { id: ServerId; name: string }[]) {
  const told = servers.slice(0, mostServers);
  const found = await Promise.all(
    told.map(async ({ id, name }) => {
      const subjects = new Map<string, string[]>();
      for (const { subject, metric } of await readings.seriesOf(id)) {
        if (isMetric(metric)) subjects.set(metric, [...(subjects.get(metric) ?? []), subject]);
      }
      const series = [...subjects].map(([metric, own]) => ({ metric, subjects: own.sort() })).sort((one, other) => (one.metric < other.metric ? -1 : 1));
      return { serverId: id, serverName: name, series };
    }),
  );
  return { servers: found, leftOut: servers.length - told.length };
}
