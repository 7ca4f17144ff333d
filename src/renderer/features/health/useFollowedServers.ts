import { useCallback, useEffect, useRef, useState } from 'react';

/** So many servers are followed live at once; lines of others move on when their history is asked anew. */
export const mostFollowed = 60;

/**
 * Which servers to follow live: all that are picked where those are few, else those that have a line in a chart. Charts tell by the function
 * that comes with it; what they told is taken up once they are quiet.
 */
export function useFollowedServers(selector: string, picked: number): [selector: string | null, tell: (chart: string, names: readonly string[]) => void] {
  const told = useRef(new Map<string, readonly string[]>());
  const [names, setNames] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was told is of other servers.
  useEffect(() => {
    told.current.clear();
    setNames('');
    return () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    };
  }, [selector]);
  const tell = useCallback((chart: string, ofChart: readonly string[]) => {
    told.current.delete(chart);
    told.current.set(chart, ofChart);
    timer.current ??= setTimeout(() => {
      timer.current = null;
      // The charts that told last are those in view.
      const all = [...new Set([...told.current.values()].reverse().flat())].slice(0, mostFollowed);
      setNames(all.sort().join(','));
    }, 400);
  }, []);
  const isFew = picked > 0 && picked <= 20;
  return [isFew ? selector : names === '' ? null : names, tell];
}
