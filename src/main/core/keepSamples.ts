import type { Vitals } from '../../shared/model/facts.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Samples } from '../database/openSamples.ts';
import type { Log } from './fileLog.ts';

/** How much of the past a list shows: it is read once at start. */
const shownMs = 15 * 60_000;
/** Raw samples are kept this long. */
const keptMs = 30 * 24 * 3_600_000;
const pruneEveryMs = 24 * 3_600_000;

/**
 * Gives the last quarter of an hour of the stored series to `remember`, and deletes what has grown too old, now and daily. That the
 * series cannot be read is logged: figures are live all the same. Returns the way to stop.
 */
export function keepSamples(
  samples: Pick<Samples, 'queryAll' | 'prune'>,
  remember: (series: { serverId: ServerId; samples: Vitals[] }[]) => void,
  { nowMs, log }: { nowMs: () => number; log: Log },
): () => void {
  let stopped = false;
  const failed = (error: unknown) => {
    if (!stopped) log('samples.unavailable', { reason: String(error) });
  };
  const prune = () => void samples.prune(nowMs() - keptMs).catch(failed);
  samples
    .queryAll(nowMs() - shownMs, nowMs())
    .then((series) => {
      if (!stopped) remember(series);
    })
    .catch(failed);
  prune();
  const timer = setInterval(prune, pruneEveryMs).unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
