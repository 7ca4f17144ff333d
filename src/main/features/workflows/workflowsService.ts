import type { RunOptions } from '../../../shared/contract/workflows.ts';
import { AppError } from '../../../shared/errors.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { InputValues } from '../../../shared/model/inputDefinition.ts';
import type { Operation, Strategy } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { WorkflowDefinition } from '../../../shared/model/workflow.ts';
import type { WorkflowLintReport } from '../../../shared/model/workflowLint.ts';
import type { Operations } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { flattenWorkflow } from './definition/flattenRules.ts';
import { onlySteps } from './definition/onlySteps.ts';
import { openWorkflowCatalog, type WorkflowLibrary } from './definition/workflowCatalog.ts';
import { type InputOffer, offerInput } from './inputOffer.ts';
import { lintWorkflow } from './lint/lintWorkflow.ts';
import { refuseOutside } from './steps/maintenanceWindow.ts';
import type { StepPorts } from './steps/stepRun.ts';
import { type WorkflowSpec, workflowOperation } from './workflowOperation.ts';
import { ownKeyInputs, stepMutates, workflowInputs } from './workflowsRules.ts';

/** What workflows need from the rest of the core. */
export interface WorkflowsPorts extends StepPorts {
  /** Folders of `<id>.yaml` files: those that are shipped, and a person's own. */
  directories: { shipped: readonly string[]; own: readonly string[] };
  operations: Operations;
  /** Ids of the stacks that there are. */
  stackIds(): Promise<string[]>;
  remote(id: ServerId): RemoteServer;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  selectServers(selector: string): Promise<Server[]>;
  /** Public key with which this laptop logs in to the server, one line; null where it is not reached with a key. */
  publicKeyOf(serverId: ServerId): Promise<string | null>;
  /** Name of the person, for the journal. */
  who(): string;
}

/** A run as it was asked for. */
export interface RunRequest extends RunOptions {
  requestId: RequestId;
  confirm?: string | undefined;
  id: string;
  selector: string;
}

/** Files to judge: of the catalogue by id, or as text. */
export interface LintRequest {
  ids?: readonly string[] | undefined;
  files?: readonly { source: string; text: string }[] | undefined;
}

/** Checklists and runbooks: what there is, and runs of it. */
export interface WorkflowsService {
  /** Definitions that can be used. */
  list(): Promise<WorkflowDefinition[]>;
  /** The same, with whose they are, and with the files that cannot be used. */
  library(): Promise<WorkflowLibrary>;
  /** Judges files; with neither ids nor files all of the person's own. Throws `workflow.not-found`. */
  lint(request: LintRequest): Promise<WorkflowLintReport[]>;
  /** What could be given for an input, read off servers. Throws `workflow.input-invalid` for an input that offers nothing. */
  offer(request: { id: string; input: string; selector: string }): Promise<InputOffer[]>;
  show(id: string): Promise<WorkflowDefinition>;
  /** Starts a run; everything that can be refused is refused before the operation is made. */
  run(request: RunRequest): Promise<Operation>;
}

const defaultStrategy: Strategy = { kind: 'all', concurrency: 16 };

/** Makes the service and registers its kind of operation with the engine. */
export function createWorkflowsService(ports: WorkflowsPorts): WorkflowsService {
  const catalog = openWorkflowCatalog(ports.directories);
  ports.operations.register(workflowOperation(ports));

  return {
    list: () => catalog.list(),
    library: () => catalog.library(),
    async lint({ ids, files }) {
      const { workflows, broken } = await catalog.library();
      const own = [...workflows.filter((each) => each.own).map(({ definition }) => definition.id), ...broken.map(({ id }) => id)];
      const wanted = ids ?? (files === undefined ? [...new Set(own)] : []);
      const sources = [...(files ?? []), ...(await Promise.all(wanted.map(async (id) => ({ source: `${id}.yaml`, text: await catalog.text(id) }))))];
      // Files that are judged together may name each other.
      const given = sources.map(({ source }) => (source.split(/[\\/]/).at(-1) ?? '').replace(/\.yaml$/, ''));
      const known = { workflows: new Set([...(await catalog.ids()), ...given]), stacks: new Set(await ports.stackIds()) };
      const reports: WorkflowLintReport[] = [];
      for (const { source, text } of sources) reports.push(await lintWorkflow(source, text, known));
      return reports;
    },
    async offer(request) {
      const definition = await catalog.get(request.id);
      const input = definition.inputs.find(({ name }) => name === request.input);
      if (input?.offer === undefined)
        throw new AppError('workflow.input-invalid', { name: request.input, problem: input === undefined ? 'there is no such input' : 'it offers nothing' });
      return offerInput(input, await ports.selectServers(request.selector), ports.remote);
    },
    show: (id) => catalog.get(id),
    async run(request) {
      const definition = await catalog.get(request.id);
      const inputs = workflowInputs(definition, request.inputs);
      const servers = await ports.selectServers(request.selector);
      const steps = onlySteps(definition.id, await flattenWorkflow(definition, (id) => catalog.get(id)), request.only);
      const { from } = request;
      if (from !== undefined && !steps.some(({ id }) => id === from)) throw new AppError('workflow.step-not-found', { id: definition.id, step: from });
      const mutates = !request.checkOnly && steps.some(stepMutates);
      if (mutates) confirmProduction({ selector: request.selector, effect: `run ${definition.title}`, confirm: request.confirm }, servers);
      if (!request.checkOnly && request.outsideWindow === undefined)
        refuseOutside(from === undefined ? steps : steps.slice(steps.findIndex(({ id }) => id === from)), servers, ports.maintenance);
      const spec: WorkflowSpec = {
        ...{ definition, inputs, serverInputs: await ownKeys(ports, definition, inputs, servers), checkOnly: request.checkOnly, startedBy: ports.who() },
        steps: steps.map(({ given, scope, ...step }) => ({ step, ...(given !== undefined && { given: { ...given } }), ...(scope !== undefined && { scope }) })),
        ...(from !== undefined && { from }),
        ...(request.outsideWindow !== undefined && { outsideWindow: request.outsideWindow }),
      };
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
