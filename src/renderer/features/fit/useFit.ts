import { useQuery } from '@tanstack/react-query';
import type { Fit } from '../../../shared/model/fit.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import { client, orpc } from '../../client/client.ts';
import { samePlaceholder } from '../../client/samePlaceholder.ts';
import type { FitTarget } from './fitTarget.ts';

/** The fits of one server: against every tier, and against the stack that is looked at. */
export interface FitView {
  tiers: Fit[] | undefined;
  stack: Fit | undefined;
  /** Stacks to choose from; empty while or where they cannot be read. */
  catalog: readonly { id: string; title: string }[];
  isPending: boolean;
  error: unknown;
  refetch(): void;
}

/** Judges a server anew whenever its facts were read; what was judged before stays until then. */
export function useFit(server: string, factsReadAtMs: number | null, target: FitTarget): FitView {
  const known = factsReadAtMs !== null;
  const tiers = useQuery({
    queryKey: ['fit', server, 'tiers', factsReadAtMs],
    queryFn: () => client.fit.judge({ selector: server }),
    ...{ enabled: known, placeholderData: samePlaceholder<{ fits: Fit[] }>(server) },
  });
  const stackId = target.kind === 'stack' ? target.id : null;
  const stack = useQuery({
    queryKey: ['fit', server, stackId, factsReadAtMs],
    queryFn: () => client.fit.judge({ selector: server, stack: stackId as StackId }),
    enabled: known && stackId !== null,
  });
  const catalog = useQuery(orpc.stacks.catalog.queryOptions({ input: {}, enabled: known }));
  return {
    tiers: tiers.data?.fits,
    stack: stack.data?.fits[0],
    catalog: catalog.data?.stacks ?? [],
    // A stack of the address may be unknown: then its error is told, and the tiers are there all the same.
    isPending: known && (tiers.isPending || catalog.isPending || (stackId !== null && stack.isPending)),
    error: tiers.error ?? (stackId === null ? null : stack.error),
    refetch: () => {
      void tiers.refetch();
      if (stackId !== null) void stack.refetch();
    },
  };
}
