import { useCallback, useMemo, useState } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { ChartRange } from '../../ui/chart/chartTypes.ts';
import type { ChartView } from './HealthChart.tsx';
import { boundedRange, type SpanName } from './healthAddress.ts';
import { figuresOfParts, type ServerFigures } from './serverFigures.ts';
import { useEpoch, useHealthMarks, useHealthRange, useSubjectWords } from './useHealthView.ts';
import { useLiveTail } from './useLiveTail.ts';

/** The health of one server while it is looked at. */
export interface ServerHealthState {
  view: ChartView;
  span: SpanName;
  setSpan(span: SpanName): void;
  /** The newest figures; null: none were told yet. */
  figures: ServerFigures | null;
  /** The figures are of now. */
  isCurrent: boolean;
  /** Nothing is to be waited for: figures were told, or cannot be. */
  isKnown: boolean;
}

/** Follows one server, every second while the last quarter of an hour is looked at. */
export function useServerHealth(row: FleetRow): ServerHealthState {
  const { id, name } = row.server;
  const [span, choose] = useState<SpanName>('15m');
  const [past, setPast] = useState<ChartRange | null>(null);
  const { range, isLive, spanMs } = useHealthRange(past === null ? { range: span } : { range: span, ...past });
  const intervalS = spanMs <= 900_000 ? 1 : 5;
  const live = useLiveTail(name, intervalS);
  const rows = useMemo(() => [row], [row]);
  const marks = useHealthMarks(name, range, isLive, rows);
  const words = useSubjectWords(rows);
  const epoch = useEpoch();
  const onZoom = useCallback((wanted: ChartRange) => setPast(boundedRange(wanted, Date.now())), []);
  const onReset = useCallback(() => setPast(null), []);
  const view = useMemo<ChartView>(
    () => ({ range, isLive, intervalS, isZoomed: !isLive, live, marks, words, epoch, onZoom, onReset }),
    [range, isLive, intervalS, live, marks, words, epoch, onZoom, onReset],
  );
  const figures = useMemo(() => figuresOfParts(live.parts).get(id) ?? null, [live.parts, id]);
  const setSpan = useCallback((next: SpanName) => {
    choose(next);
    setPast(null);
  }, []);
  const isBroken = live.brokenSinceMs !== null;
  return { view, span, setSpan, figures, isCurrent: figures?.state === 'live' && !isBroken, isKnown: figures !== null || isBroken };
}
