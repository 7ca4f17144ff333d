import { useQuery } from '@tanstack/react-query';
import type { Terminal } from '../../shared/contract/terminals.ts';
import { orpc } from '../client/client.ts';

/** Every terminal that the core holds. Asked for again now and then, since other windows and the command line open them too. */
export function useTerminals() {
  return useQuery(orpc.terminals.list.queryOptions({ input: {}, staleTime: 0, refetchInterval: 5_000 }));
}

/** One terminal of the core; undefined while it is not known. */
export function useTerminal(id: string): Terminal | undefined {
  const { data } = useTerminals();
  return data?.terminals.find((terminal) => terminal.id === id);
}
