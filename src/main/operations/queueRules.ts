import type { OperationId, ServerId } from '../../shared/model/ids.ts';

/** An operation that waits for its turn, or has it. */
export interface Contender {
  id: OperationId;
  mutates: boolean;
  servers: readonly ServerId[];
}

/**
 * Ids of the waiting operations that may begin, in order. Operations that change servers have each server to themselves, first
 * come first served: nobody overtakes one that waits for a server of theirs. The others never wait.
 */
export function admitted(holding: readonly Contender[], waiting: readonly Contender[]): OperationId[] {
  const taken = new Set(holding.flatMap((contender) => (contender.mutates ? contender.servers : [])));
  return waiting.flatMap((contender) => {
    if (!contender.mutates) return [contender.id];
    const free = contender.servers.every((server) => !taken.has(server));
    for (const server of contender.servers) taken.add(server);
    return free ? [contender.id] : [];
  });
}
