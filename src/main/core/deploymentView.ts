import type { z } from 'zod';
import type { FleetRow } from '../../shared/contract/servers.ts';
import type { InventoryRow } from '../../shared/contract/stacks.ts';
import { AppError, type SerializedError, serializeError } from '../../shared/errors.ts';
import type { OperationId, ServerId } from '../../shared/model/ids.ts';
import type { OperationKind } from '../../shared/model/operation.ts';
import type { Server } from '../../shared/model/server.ts';
import { type DeploymentStatus, deploymentStatusSchema } from '../../shared/model/stack.ts';
import type { Database } from '../database/database.ts';
import type { Operations } from '../operations/operations.ts';
import type { Log } from './fileLog.ts';

/** Kinds of operation after which a server's deployments are looked at again. */
const changing: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'rollout',
  'rollback',
  'stack-down',
  'stack-restart',
  'stack-start',
  'stack-stop',
  'stack-revert',
  'model-update',
  'stack-adopt',
  'secret-rotate',
  'facts',
]);
const readAtOnce = 4;
const observedAtOnce = 16;

/** What the view needs. */
export interface DeploymentViewPorts {
  database: Database;
  operations: Operations;
  /** Asks a server what is deployed on it. */
  status(serverName: string): Promise<DeploymentStatus[]>;
  /** Its answer differs from the one before. */
  onChanged(id: ServerId): void;
  nowMs(): number;
  log: Log;
}

/**
 * What was last seen deployed on every server, for lists: read anew after each operation that may change it, and kept over a
 * restart. The truth is on the servers; this is only as new as its last look.
 */
export class DeploymentView {
  readonly #ports: DeploymentViewPorts;
  readonly #seen = new Map<ServerId, FleetRow['stacks']>();
  readonly #containers = new Map<ServerId, SeenContainer[]>();
  readonly #waiting = new Map<ServerId, string>();
  #reading = 0;

  constructor(ports: DeploymentViewPorts) {
    this.#ports = ports;
    const { query } = ports.database;
    for (const row of ports.database.all(query.selectFrom('deployments').selectAll().orderBy('stack_id'))) {
      // A row of another version is only a stale look: the next one replaces it.
      const parsed = deploymentStatusSchema.safeParse(JSON.parse(row.deployment));
      if (!parsed.success) continue;
      this.#seen.set(parsed.data.serverId, [...(this.#seen.get(parsed.data.serverId) ?? []), summary(parsed.data)]);
      this.#containers.set(parsed.data.serverId, [...this.containers(parsed.data.serverId), ...containersOf(parsed.data)]);
    }
    ports.operations.onChange((id) => this.#look(id));
  }

  /** Stacks of a server as last seen. */
  of(id: ServerId): FleetRow['stacks'] {
    return this.#seen.get(id) ?? [];
  }

  /** Containers of stacks on a server as last seen. */
  containers(id: ServerId): readonly SeenContainer[] {
    return this.#containers.get(id) ?? [];
  }

  /** Takes what a server said when somebody asked it. */
  take(id: ServerId, deployments: readonly DeploymentStatus[]): void {
    const { database } = this.#ports;
    const { query } = database;
    const stacks = deployments.filter((deployment) => deployment.health !== 'absent').map(summary);
    const look = { looked_at_ms: this.#ports.nowMs() };
    database.transaction(() => {
      database.run(
        query
          .insertInto('deployment_looks')
          .values({ server_id: id, ...look })
          .onConflict((conflict) => conflict.column('server_id').doUpdateSet(look)),
      );
      database.run(query.deleteFrom('deployments').where('server_id', '=', id));
      for (const deployment of deployments) {
        const row = { server_id: id, stack_id: deployment.stackId, deployment: JSON.stringify(deployment), observed_at_ms: deployment.observedAtMs };
        database.run(query.insertInto('deployments').values(row));
      }
    });
    this.#containers.set(id, deployments.flatMap(containersOf));
    if (JSON.stringify(stacks) === JSON.stringify(this.of(id))) return;
    this.#seen.set(id, stacks);
    this.#ports.onChanged(id);
  }

  /** What runs where as last seen, a row for each stack, and one for each server without any. */
  inventory(servers: readonly Pick<Server, 'id' | 'name' | 'environment'>[]): InventoryRow[] {
    const { query } = this.#ports.database;
    const looks = new Map<string, number>(
      this.#ports.database.all(query.selectFrom('deployment_looks').selectAll()).map((row) => [row.server_id, row.looked_at_ms]),
    );
    const rows = this.#ports.database.all(query.selectFrom('deployments').selectAll().orderBy('stack_id'));
    const deployments = Map.groupBy(
      rows.flatMap((row) => deploymentStatusSchema.safeParse(JSON.parse(row.deployment)).data ?? []),
      (deployment) => deployment.serverId,
    );
    return servers.flatMap(({ id, name, environment }): InventoryRow[] => {
      const there = (deployments.get(id) ?? []).filter(({ health }) => health !== 'absent');
      const head = { serverId: id, serverName: name, environment, lookedAtMs: looks.get(id) ?? there[0]?.observedAtMs ?? null };
      if (there.length === 0) return [{ ...head, stackId: null, health: head.lookedAtMs === null ? 'unknown' : 'absent', release: null }];
      return there.map(({ stackId, health, current }) => ({ ...head, stackId, health, release: current }));
    });
  }

  /** Ports that containers of stacks publish on a server as last seen; null: nobody looked. */
  ports(id: ServerId): { stackId: string; service: string; address: string; port: number }[] | null {
    const { query } = this.#ports.database;
    const looks = this.#ports.database.all(query.selectFrom('deployment_looks').selectAll().where('server_id', '=', id));
    if (looks.length === 0) return null;
    const rows = this.#ports.database.all(query.selectFrom('deployments').selectAll().where('server_id', '=', id));
    const deployments = rows.flatMap((row) => deploymentStatusSchema.safeParse(JSON.parse(row.deployment)).data ?? []);
    return deployments.flatMap(({ stackId, containers }) =>
      containers.flatMap(({ service, ports }) => publishedOf(ports).map((each) => ({ stackId, service, ...each }))),
    );
  }

  /** Asks servers now and keeps what they say; those that cannot be asked are told of and keep what was last seen. */
  async observe(servers: readonly Pick<Server, 'id' | 'name'>[]): Promise<{ serverName: string; error: SerializedError }[]> {
    const failures: { serverName: string; error: SerializedError }[] = [];
    const waiting = [...servers];
    const askNext = async (): Promise<void> => {
      for (let server = waiting.shift(); server !== undefined; server = waiting.shift()) {
        const { id, name } = server;
        try {
          this.take(id, await this.#ports.status(name));
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          failures.push({ serverName: name, error: serializeError(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: observedAtOnce }, askNext));
    return failures;
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

/** Published ports as Docker lists them: `127.0.0.1:8000->3000/tcp`, also several with commas and `[::]:80->80/tcp`. */
export function publishedOf(ports: readonly string[]): { address: string; port: number }[] {
  return ports
    .flatMap((text) => text.split(','))
    .flatMap((text) => {
      const match = /^\s*(.*):([0-9]+)->[0-9]+\/tcp\s*$/.exec(text);
      return match === null ? [] : [{ address: (match[1] ?? '').replace(/^\[|\]$/g, ''), port: Number(match[2]) }];
    });
}

/** A container of a stack. */
export interface SeenContainer {
  name: string;
  stackId: string;
  service: string;
}

function containersOf({ containers, stackId }: DeploymentStatus): SeenContainer[] {
  return containers.map(({ name, service }) => ({ name, stackId, service }));
}

function summary(deployment: z.infer<typeof deploymentStatusSchema>): FleetRow['stacks'][number] {
  return { stackId: deployment.stackId, release: deployment.current?.id ?? null, health: deployment.health };
}
