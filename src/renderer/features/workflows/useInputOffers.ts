import { useQueries, useQuery } from '@tanstack/react-query';
import type { InputDefinition } from '../../../shared/model/inputDefinition.ts';
import type { WorkflowDefinition } from '../../../shared/model/workflow.ts';
import { orpc } from '../../client/client.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';

/**
 * What could be given for the inputs of a workflow: the stacks, servers and secrets that there are, and what the chosen servers offer
 * where an input reads that off them. Asks only for what an input needs; `selector` null: no server is chosen yet.
 */
export function useInputOffers({ id, inputs }: Pick<WorkflowDefinition, 'id' | 'inputs'>, selector: string | null): Record<string, readonly string[]> {
  const has = (type: InputDefinition['type']) => inputs.some((input) => input.type === type);
  const stacks = useQuery({ ...orpc.stacks.catalog.queryOptions({ input: {} }), enabled: has('stack') });
  const secrets = useQuery({ ...orpc.secrets.list.queryOptions({ input: {} }), enabled: has('secret') });
  const fleet = useStateStream(fleetStore);
  const reading = inputs.filter(({ offer }) => offer !== undefined);
  const read = useQueries({
    queries: reading.map(({ name }) => ({
      ...orpc.workflows.offer.queryOptions({ input: { id, input: name, selector: selector ?? '' } }),
      enabled: selector !== null,
      staleTime: 60_000,
      retry: false,
    })),
  });
  const known: Partial<Record<InputDefinition['type'], readonly string[]>> = {
    stack: stacks.data?.stacks.map((stack) => stack.id) ?? [],
    secret: secrets.data?.secrets.map(({ name }) => name) ?? [],
    server: fleet.list.map(({ server }) => server.name),
  };
  const onServers = new Map(reading.map(({ name }, index) => [name, read[index]?.data?.offers.flatMap(({ values }) => values) ?? []]));
  return Object.fromEntries(
    inputs.flatMap(({ name, type }) => {
      const offered = new Set([...(onServers.get(name) ?? []), ...(known[type] ?? [])]);
      return onServers.has(name) || known[type] !== undefined ? [[name, [...offered]]] : [];
    }),
  );
}
