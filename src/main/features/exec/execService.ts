import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Operation, Strategy } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import { commandScript, displayCommand } from '../../commands/commandScript.ts';
import type { Operations } from '../../operations/operations.ts';
import { execOperation } from './execOperation.ts';

/** What running commands needs from the rest of the core. */
export interface ExecPorts {
  operations: Operations;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  who(): string;
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
}

const defaultStrategy: Strategy = { kind: 'all', concurrency: 64 };

/** Makes the service and registers its kind of operation. */
export function createExecService(ports: ExecPorts): ExecService {
  ports.operations.register(execOperation());
  return {
    async start({ requestId, confirm, selector, command, sudo, timeoutS, strategy }) {
      commandScript(command);
      const servers = ports.select(selector);
      const title = displayCommand(command).slice(0, 200);
      confirmProduction({ selector, effect: `run ${title}`, confirm }, servers);
      return ports.operations.start({
        requestId,
        kind: 'exec',
        title,
        subject: null,
        who: ports.who(),
        targets: servers.map(({ id, name }) => ({ serverId: id, name })),
        strategy: strategy ?? defaultStrategy,
        mutates: true,
        spec: { command: [...command], sudo, timeoutS },
      });
    },
  };
}
