import { AppError } from '../../../shared/errors.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation, Strategy } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { InputValues, WorkflowDefinition } from '../../../shared/model/workflow.ts';
import type { Operations } from '../../operations/operations.ts';
import { openWorkflowCatalog } from './workflowCatalog.ts';
import { type WorkflowSpec, workflowOperation } from './workflowOperation.ts';
import { ownKeyInputs, workflowInputs, workflowMutates } from './workflowsRules.ts';

/** What workflows need from the rest of the core. */
export interface WorkflowsPorts {
  /** Folder of the shipped `<id>.yaml` files. */
  workflowsDirectory: string;
  operations: Operations;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  selectServers(selector: string): Promise<Server[]>;
  /** Public key with which this laptop logs in to the server, one line; null where it is not reached with a key. */
  publicKeyOf(serverId: ServerId): Promise<string | null>;
  /** Name of the person, for the journal. */
  who(): string;
}

/** A run as it was asked for. */
export interface RunRequest {
  requestId: RequestId;
  confirm?: string | undefined;
  id: string;
  selector: string;
  inputs: InputValues;
  checkOnly: boolean;
  strategy?: Strategy | undefined;
}

/** Checklists and runbooks: what there is, and runs of it. */
export interface WorkflowsService {
  list(): Promise<WorkflowDefinition[]>;
  show(id: string): Promise<WorkflowDefinition>;
  /** Starts a run; everything that can be refused is refused before the operation is made. */
  run(request: RunRequest): Promise<Operation>;
}

const defaultStrategy: Strategy = { kind: 'all', concurrency: 16 };

/** Makes the service and registers its kind of operation with the engine. */
export function createWorkflowsService(ports: WorkflowsPorts): WorkflowsService {
  const catalog = openWorkflowCatalog(ports.workflowsDirectory);
  ports.operations.register(workflowOperation());

  return {
    list: () => catalog.list(),
    show: (id) => catalog.get(id),
    async run(request) {
      const definition = await catalog.get(request.id);
      const inputs = workflowInputs(definition, request.inputs);
      const servers = await ports.selectServers(request.selector);
      const mutates = workflowMutates(definition, request.checkOnly);
      if (mutates) confirmProduction({ selector: request.selector, effect: `run ${definition.title}`, confirm: request.confirm }, servers);
      const spec: WorkflowSpec = { definition, inputs, serverInputs: await ownKeys(ports, definition, inputs, servers), checkOnly: request.checkOnly };
      return ports.operations.start({
        requestId: request.requestId,
        kind: 'workflow',
        title: request.checkOnly ? `${definition.title} (check only)` : definition.title,
        subject: definition.id,
        who: ports.who(),
        targets: servers.map(({ id, name }) => ({ serverId: id, name })),
        strategy: request.strategy ?? defaultStrategy,
        mutates,
        spec,
      });
    },
  };
}

/** Fills the key inputs that were left empty with the key by which each server is reached. Throws `workflow.input-invalid`. */
async function ownKeys(ports: WorkflowsPorts, definition: WorkflowDefinition, inputs: InputValues, servers: readonly Server[]) {
  const names = ownKeyInputs(definition, inputs);
  const byServer: Record<string, Record<string, string>> = {};
  const [first] = names;
  if (first === undefined) return byServer;
  for (const server of servers) {
    const key = await ports.publicKeyOf(server.id);
    if (key === null)
      throw new AppError('workflow.input-invalid', { name: first, problem: `"${server.name}" is not reached with a key, so one has to be given` });
    byServer[server.id] = Object.fromEntries(names.map((name) => [name, key.trim()]));
  }
  return byServer;
}
