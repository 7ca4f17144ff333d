import type { OperationId, ServerId } from '../../shared/model/ids.ts';

/** An operation that waits for its turn, or has it. */
export interface Contender {
  id: OperationId;
  mutates: boolean;
  servers: readonly ServerId[];
  /** The operation that this is a part of: what that one holds is free for it. */
  parentId: OperationId | null;
}

/**
 * Ids of the waiting operations that may begin, in order. Operations that change servers have each server to themselves, first
 * come first served: nobody overtakes one that waits for a server of theirs, but the parts of an operation that has begun, which would
 * else wait for one that waits for them. The others never wait.
 */
export function admitted(holding: readonly Contender[], waiting: readonly Contender[]): OperationId[] {
  const taken = new Map<ServerId, Set<OperationId>>();
  const take = ({ id, servers }: Contender): void => {
    for (const server of servers) taken.set(server, (taken.get(server) ?? new Set()).add(id));
  };
  for (const contender of holding) if (contender.mutates) take(contender);
  const inTurn = [...waiting.filter(({ parentId }) => parentId !== null), ...waiting.filter(({ parentId }) => parentId === null)];
  return inTurn.flatMap((contender) => {
    if (!contender.mutates) return [contender.id];
    const free = contender.servers.every((server) => [...(taken.get(server) ?? [])].every((id) => id === contender.parentId));
    take(contender);
    return free ? [contender.id] : [];
  });
}

/** An operation that let go of a server while it asked a person, and wants it back. */
export interface Returner {
  id: OperationId;
  parentId: OperationId | null;
  server: ServerId;
}

/** Whether an operation may go on with a server that it had let go of: nobody holds it but itself, its parent and its parts. */
export function mayReturn(returner: Returner, holding: readonly Contender[]): boolean {
  return holding.every(
    ({ id, mutates, servers, parentId }) =>
      !mutates || !servers.includes(returner.server) || id === returner.id || id === returner.parentId || parentId === returner.id,
  );
}
