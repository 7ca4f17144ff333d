import type { z } from 'zod';
import type { FleetRow } from '../../shared/contract/servers.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { OperationKind } from '../../shared/model/operation.ts';
import { type DeploymentStatus, deploymentStatusSchema } from '../../shared/model/stack.ts';
import type { Database } from '../database/database.ts';
import type { Operations } from '../operations/operations.ts';
import type { Log } from './fileLog.ts';

/** Kinds of operation after which a server's deployments are looked at again. */
const changing: ReadonlySet<OperationKind> = new Set<OperationKind>(['rollout', 'rollback', 'stack-down', 'stack-restart', 'facts']);
const readAtOnce = 4;

/** What the view needs. */
export interface DeploymentViewPorts {
  database: Database;
  operations: Operations;
  /** Asks a server what is deployed on it. */
  status(serverName: string): Promise<DeploymentStatus[]>;
  /** Its answer differs from the one before. */
  onChanged(id: ServerId): void;
  log: Log;
}

/**
 * What was last seen deployed on every server, for lists: read anew after each operation that may change it, and kept over a
 * restart. The truth is on the servers; this is only as new as its last look.
 */
export class DeploymentView {
  readonly #ports: DeploymentViewPorts;
  readonly #seen = new Map<ServerId, FleetRow['stacks']>();
  readonly #waiting = new Map<ServerId, string>();
  #reading = 0;

  constructor(ports: DeploymentViewPorts) {
    this.#ports = ports;
    const { query } = ports.database;
    for (const row of ports.database.all(query.selectFrom('deployments').selectAll().orderBy('stack_id'))) {
      // A row of another version is only a stale look: the next one replaces it.
      const parsed = deploymentStatusSchema.safeParse(JSON.parse(row.deployment));
      if (parsed.success) this.#seen.set(parsed.data.serverId, [...(this.#seen.get(parsed.data.serverId) ?? []), summary(parsed.data)]);
    }
    ports.operations.onChange((id) => this.#look(id));
  }

  /** Stacks of a server as last seen. */
  of(id: ServerId): FleetRow['stacks'] {
    return this.#seen.get(id) ?? [];
  }

  /** Takes what a server said when somebody asked it. */
  take(id: ServerId, deployments: readonly DeploymentStatus[]): void {
    const { database } = this.#ports;
    const { query } = database;
    const stacks = deployments.filter((deployment) => deployment.health !== 'absent').map(summary);
    if (JSON.stringify(stacks) === JSON.stringify(this.of(id))) return;
    database.transaction(() => {
      database.run(query.deleteFrom('deployments').where('server_id', '=', id));
      for (const deployment of deployments) {
        const row = { server_id: id, stack_id: deployment.stackId, deployment: JSON.stringify(deployment), observed_at_ms: deployment.observedAtMs };
        database.run(query.insertInto('deployments').values(row));
      }
    });
    this.#seen.set(id, stacks);
    this.#ports.onChanged(id);
  }

  #look(operationId: OperationId): void {
    const operation = this.#ports.operations.get(operationId);
    if (!changing.has(operation.kind) || operation.finishedAtMs === null) return;
    for (const target of operation.targets) this.#waiting.set(target.serverId, target.name);
    this.#readNext();
  }

  #readNext(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#reading >= readAtOnce) return;
    const [id, name] = next;
    this.#waiting.delete(id);
    this.#reading += 1;
    this.#ports
      .status(name)
      .then((deployments) => this.take(id, deployments))
      .catch((error: unknown) => this.#ports.log('deployments.not-read', { serverId: id, reason: String(error) }))
      .finally(() => {
        this.#reading -= 1;
        this.#readNext();
      });
    this.#readNext();
  }
}

function summary(deployment: z.infer<typeof deploymentStatusSchema>): FleetRow['stacks'][number] {
  return { stackId: deployment.stackId, release: deployment.current?.id ?? null, health: deployment.health };
}
