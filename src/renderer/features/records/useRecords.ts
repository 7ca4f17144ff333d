import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { orpc } from '../../client/client.ts';

/** Records are changed by people, here and by others: what is shown follows soon. */
const refetchInterval = 15_000;
const never = Number.POSITIVE_INFINITY;

/** Groups with their servers. */
export const useGroups = () => useQuery({ ...orpc.groups.list.queryOptions({ input: {} }), refetchInterval, select: ({ groups }) => groups });

/** Cloud resources. */
export const useResources = () => useQuery({ ...orpc.resources.list.queryOptions({ input: {} }), refetchInterval, select: ({ resources }) => resources });

/** Documents; with a query, those that are found by it. */
export const useDocuments = (query?: string) =>
  useQuery({ ...orpc.documents.list.queryOptions({ input: query ? { query } : {} }), refetchInterval, select: ({ documents }) => documents });

/** One document with its text. */
export const useDocument = (name: string, version?: number) =>
  useQuery({ ...orpc.documents.get.queryOptions({ input: { name, ...(version === undefined ? {} : { version }) } }), refetchInterval, retry: false });

/** Instance types: a file of the program. */
export const useCatalogue = () => useQuery(orpc.catalogue.list.queryOptions({ input: {}, staleTime: never }));

/** What runs where as last seen. */
export const useInventory = () => useQuery({ ...orpc.stacks.inventory.queryOptions({ input: {} }), refetchInterval, select: ({ rows }) => rows });

/** Reads records anew after a change. */
export function useRefreshRecords(): () => void {
  const queries = useQueryClient();
  return useCallback(() => {
    for (const key of [orpc.groups.key(), orpc.resources.key(), orpc.documents.key(), orpc.stacks.inventory.key()])
      void queries.invalidateQueries({ queryKey: key });
  }, [queries]);
}

/** How a query stands, with or without a connection to the core: nothing yet, failed without anything to show, or there, possibly not as of now. */
export function standing(
  query: Pick<UseQueryResult<unknown>, 'data' | 'error' | 'dataUpdatedAt'>,
  isOffline: boolean,
): {
  kind: 'loading' | 'error' | 'there';
  staleSinceMs: number | null;
} {
  if (query.data === undefined) return { kind: query.error ? 'error' : 'loading', staleSinceMs: null };
  return { kind: 'there', staleSinceMs: query.error || isOffline ? query.dataUpdatedAt : null };
}
