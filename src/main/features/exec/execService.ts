import type { Compared, ExecGroup, PastCommand } from '../../../shared/contract/exec.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation, Strategy } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import { commandScript, displayCommand } from '../../commands/commandScript.ts';
import type { Operations } from '../../operations/operations.ts';
import type { KeyedState } from '../../rpc/keyedState.ts';
import { compare } from './compareRules.ts';
import { watchGroups } from './execGroups.ts';
import { execOperation, execSpecSchema } from './execOperation.ts';
import { type PastRun, pastCommands } from './historyRules.ts';
import { lastAttempt } from './lastAttempt.ts';

/** What running commands needs from the rest of the core. */
export interface ExecPorts {
  operations: Operations;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  who(): string;
  log(event: string, fields: Record<string, unknown>): void;
}

/** A command as it was asked for. */
export interface ExecStart {
  requestId: RequestId;
  confirm?: string | undefined;
  selector: string;
  command: readonly string[];
  sudo: boolean;
  timeoutS: number;
  strategy?: Strategy | undefined;
}

/** Runs one command on many servers. */
export interface ExecService {
  /** Throws `selector.invalid`, `selector.no-match`, `guard.confirmation-needed`, `input.invalid` for a word with a NUL. */
  start(request: ExecStart): Promise<Operation>;
  /** How a command ended, servers that ended alike together, live until `stop`. Throws `operation.not-found`. */
  groups(id: OperationId): { state: KeyedState<ExecGroup>; stop: () => void };
  /** How the output of one server differs from another's. Throws `operation.not-found`. */
  compare(request: { id: OperationId; base: ServerId; other: ServerId }): Promise<Compared[]>;
  /** Commands of the past, each once, the latest first; with `id` what that run was, alone. */
  history(filter: { search: string; limit: number; id?: OperationId | undefined }): PastCommand[];
}

const defaultStrategy: Strategy = { kind: 'all', concurrency: 64 };
/** How far back the history looks. */
const runsLookedAt = 2000;

/** Makes the service and registers its kind of operation. */
export function createExecService(ports: ExecPorts): ExecService {
  const { operations, log } = ports;
  operations.register(execOperation());
  return {
    async start({ requestId, confirm, selector, command, sudo, timeoutS, strategy }) {
      commandScript(command);
      const servers = ports.select(selector);
      const title = displayCommand(command).slice(0, 200);
      confirmProduction({ selector, effect: `run ${title}`, confirm }, servers);
      return operations.start({
        requestId,
        kind: 'exec',
        title,
        subject: null,
        who: ports.who(),
        targets: servers.map(({ id, name }) => ({ serverId: id, name })),
        strategy: strategy ?? defaultStrategy,
        mutates: true,
        spec: { command: [...command], sudo, timeoutS, selector },
      });
    },
    groups: (id) =>
      watchGroups(operations, id, (error) => {
        if (!operations.closing.aborted) log('exec.groups-failed', { id, error: error instanceof Error ? error.message : String(error) });
      }),
    async compare({ id, base, other }) {
      operations.get(id);
      const [left, right] = await Promise.all([lastAttempt(operations, id, base), lastAttempt(operations, id, other)]);
      return [compare('stdout', left.stdout, right.stdout), compare('stderr', left.stderr, right.stderr)];
    },
    history(filter) {
      const runs = operations.history({ kind: 'exec', limit: runsLookedAt }).flatMap(({ spec, ...run }): PastRun[] => {
        const read = execSpecSchema.safeParse(spec);
        return read.success ? [{ ...run, spec: read.data }] : [];
      });
      return pastCommands(filter.id === undefined ? runs : runs.filter(({ id }) => id === filter.id), filter);
    },
  };
}
