import type { MessagePortMain, UtilityProcess } from 'electron';
import type { CoreProcessState } from '../../../shared/desktopBridge.ts';
import { type FromCore, fromCoreSchema, type ToCore } from './coreMessages.ts';
import { countEnds, restartDelayMs } from './restartRules.ts';

/** The process as far as it is used here. */
export type CoreChild = Pick<UtilityProcess, 'on' | 'postMessage' | 'kill'>;

/** What the supervisor works with; times are monotonic, in ms. */
export interface SupervisorPorts {
  fork(): CoreChild;
  createChannel(): { port1: MessagePortMain; port2: MessagePortMain };
  /** Calls back after a delay; the result cancels. */
  schedule(callback: () => void, delayMs: number): () => void;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  onState(state: CoreProcessState): void;
  /** Everything the core says that is not about its own life. */
  onMessage(message: Exclude<FromCore, { kind: 'ready' | 'failed' }>, reply: (answer: ToCore) => void): void;
}

/** Keeps one core process alive and hands out ports to it. */
export interface CoreSupervisor {
  readonly state: CoreProcessState;
  start(): void;
  /** Starts a core that stays down, or waits to be restarted, at once. */
  restartNow(): void;
  /** Calls `deliver` with a fresh port as soon as the core is up; the result withdraws the request. */
  requestPort(deliver: (port: MessagePortMain) => void): () => void;
  /** Asks the core to end, and ends it after `limitMs`. Resolves once it is gone; it is not started again. */
  stop(limitMs: number): Promise<void>;
}

/**
 * Starts the core in a process of its own and starts it again, with growing delays, whenever it ends. A core that says it
 * cannot start for a reason that stays is left down until `restartNow`.
 */
export function createCoreSupervisor(ports: SupervisorPorts): CoreSupervisor {
  let state: CoreProcessState = { state: 'starting' };
  let child: CoreChild | null = null;
  let startedAtMs = 0;
  let ends = 0;
  let failure: { reason: string; permanent: boolean } | null = null;
  let cancelRestart: (() => void) | null = null;
  let stopped: (() => void) | null = null;
  const waiting = new Set<(port: MessagePortMain) => void>();

  const change = (next: CoreProcessState) => {
    state = next;
    ports.onState(next);
  };

  const hand = (to: CoreChild, deliver: (port: MessagePortMain) => void) => {
    const { port1, port2 } = ports.createChannel();
    to.postMessage({ kind: 'connect' } satisfies ToCore, [port1]);
    deliver(port2);
  };

  const receive = (from: CoreChild, raw: unknown) => {
    const parsed = fromCoreSchema.safeParse(raw);
    if (!parsed.success) return ports.log('core.message-malformed', { issues: parsed.error.issues.map((issue) => issue.path.join('.')) });
    const message = parsed.data;
    if (message.kind === 'failed') {
      failure = message;
      return;
    }
    if (message.kind !== 'ready') return ports.onMessage(message, (answer) => from.postMessage(answer));
    change({ state: 'up' });
    const served = [...waiting];
    waiting.clear();
    for (const deliver of served) hand(from, deliver);
  };

  const ended = (code: number) => {
    child = null;
    ports.log('core.ended', { code, ranMs: ports.nowMs() - startedAtMs });
    if (stopped !== null) return stopped();
    ends = countEnds(ends, ports.nowMs() - startedAtMs);
    const reason = failure?.reason ?? `the core process ended with code ${code}`;
    if (failure?.permanent) return change({ state: 'down', reason, retryInMs: null });
    const retryInMs = restartDelayMs(ends);
    cancelRestart = ports.schedule(start, retryInMs);
    change({ state: 'down', reason, retryInMs });
  };

  function start(): void {
    if (child !== null || stopped !== null) return;
    cancelRestart?.();
    cancelRestart = null;
    failure = null;
    startedAtMs = ports.nowMs();
    const forked = ports.fork();
    child = forked;
    forked.on('message', (message) => receive(forked, message));
    forked.on('exit', ended);
    change({ state: 'starting' });
  }

  return {
    get state() {
      return state;
    },
    start,
    restartNow: start,
    requestPort(deliver) {
      if (child !== null && state.state === 'up') hand(child, deliver);
      else waiting.add(deliver);
      return () => waiting.delete(deliver);
    },
    stop(limitMs) {
      cancelRestart?.();
      waiting.clear();
      const running = child;
      if (running === null) {
        stopped = () => {};
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const cancelKill = ports.schedule(() => running.kill(), limitMs);
        stopped = () => {
          cancelKill();
          resolve();
        };
        running.postMessage({ kind: 'stop' } satisfies ToCore);
      });
    },
  };
}
