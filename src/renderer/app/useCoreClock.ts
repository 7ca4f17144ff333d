import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { orpc } from '../client/client.ts';
import { setClockOffset } from '../ui/clock.ts';

/** Keeps ages right where the core runs on another computer whose clock differs: asks it for its time when a connection is made. */
export function useCoreClock(): void {
  const { data, dataUpdatedAt } = useQuery(orpc.system.hello.queryOptions({ input: {} }));
  useEffect(() => {
    if (data) setClockOffset(data.nowMs - dataUpdatedAt);
  }, [data, dataUpdatedAt]);
}
