import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { orpc } from '../../client/client.ts';
import { useConnection } from '../../client/useConnection.ts';
import type { ChartMark, ChartRange } from '../../ui/chart/chartTypes.ts';
import { coreNowMs, useNowMs } from '../../ui/clock.ts';
import { shortGpuName } from '../inventory/gpuSummary.ts';
import { boundedRange, type HealthSearch, moveMs, spans } from './healthAddress.ts';
import { chartMarks } from './healthMarks.ts';
import { plainSubject, type SubjectWords } from './lineNames.ts';

/** The time that charts show, and whether it goes on. It moves by about a pixel at a time. */
export function useHealthRange({ range = '1h', fromMs, toMs }: Pick<HealthSearch, 'range' | 'fromMs' | 'toMs'>): {
  range: ChartRange;
  isLive: boolean;
  spanMs: number;
} {
  const now = useNowMs();
  const spanMs = spans[range];
  const step = moveMs(spanMs);
  const nowMs = Math.ceil(now / step) * step;
  const past = useMemo(() => (fromMs === undefined || toMs === undefined ? null : boundedRange({ fromMs, toMs }, coreNowMs())), [fromMs, toMs]);
  const live = useMemo(() => ({ fromMs: nowMs - spanMs, toMs: nowMs }), [nowMs, spanMs]);
  return { range: past ?? live, isLive: past === null, spanMs };
}

/** What happened to the servers, for the axis of time. */
export function useHealthMarks(selector: string, range: ChartRange, isLive: boolean, rows: readonly FleetRow[]): readonly ChartMark[] {
  // A live time moves on all the while: what happened in it is asked for again once a minute.
  const fromMs = isLive ? Math.floor(range.fromMs / 60_000) * 60_000 : range.fromMs;
  const toMs = isLive ? Math.ceil(range.toMs / 60_000) * 60_000 : range.toMs;
  const { data } = useQuery({
    ...orpc.health.marks.queryOptions({ input: { selector, fromMs, toMs }, enabled: selector !== '' }),
    placeholderData: (before) => before,
  });
  const named = rows.map(({ server }) => `${server.id} ${server.name}`).join('\n');
  return useMemo(() => {
    const names = new Map(named.split('\n').map((line) => line.split(' ') as [string, string]));
    return chartMarks(data?.marks ?? [], names);
  }, [data, named]);
}

/** Counts connections, so that what was missed while there was none is asked for anew. */
export function useEpoch(): number {
  const { state, epoch } = useConnection();
  const [known, setKnown] = useState(epoch);
  useEffect(() => {
    if (state === 'online') setKnown(epoch);
  }, [state, epoch]);
  return known;
}

/** What subjects are called: GPUs by their number and card, probes by their name. Changes only with names. */
export function useSubjectWords(rows: readonly FleetRow[]): SubjectWords {
  const probes = useQuery(orpc.probes.list.queryOptions({ input: {} }));
  const known = rows.filter(({ facts }) => facts !== null).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows change with every figure; names do only when facts come.
  return useMemo(() => {
    const words = new Map<string, string>();
    for (const { server, facts } of rows)
      for (const { uuid, index, name } of facts?.gpu.devices ?? [])
        words.set(`${server.id} gpu:${uuid}`, rows.length > 1 ? String(index) : `${index} ${shortGpuName(name)}`);
    for (const { id, serverId, fields } of probes.data?.probes ?? []) words.set(`${serverId} probe:${id}`, fields.name);
    return (serverId, subject) => words.get(`${serverId} ${subject}`) ?? plainSubject(subject);
  }, [known, rows.length, probes.data]);
}
