import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { FleetRow } from '../../../../shared/contract/servers.ts';
import type { InventoryRow } from '../../../../shared/contract/stacks.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import { orpc } from '../../../client/client.ts';

/** What was last seen of a stack on these servers; no server is asked. */
export function useRunning(stackId: StackId, rows: readonly FleetRow[]): InventoryRow[] {
  const inventory = useQuery(orpc.stacks.inventory.queryOptions({ input: {} }));
  const names = rows.map((row) => row.server.name).join(' ');
  return useMemo(() => {
    const wanted = new Set(names.split(' '));
    return (inventory.data?.rows ?? []).filter((row) => row.stackId === stackId && wanted.has(row.serverName));
  }, [inventory.data, names, stackId]);
}
