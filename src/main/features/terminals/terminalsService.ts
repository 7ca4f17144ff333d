import { randomBytes } from 'node:crypto';
import type { Terminal } from '../../../shared/contract/terminals.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId, TerminalId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { TerminalSession } from './terminalSession.ts';

/** Closed terminals kept so that their last screen can still be read. */
const closedKept = 20;

/** Runs in place of the login shell. */
const presetScripts = {
  shell: undefined,
  gpu: 'command -v nvidia-smi >/dev/null 2>&1 || { echo "There is no nvidia-smi on this server."; exit 127; }\nexec nvidia-smi -l 2\n',
} as const;

/** What terminals need from the core. */
export interface TerminalsPorts {
  serverByName(name: string): Server;
  remote(server: Server): RemoteServer;
  nowMs(): number;
}

/** Shells held by the core. */
export interface TerminalsService {
  list(): Terminal[];
  open(request: { requestId: RequestId; server: string; preset: Terminal['preset']; cols: number; rows: number }): Promise<Terminal>;
  /** Throws `terminal.not-found`. */
  session(id: TerminalId): TerminalSession;
  /** Throws `terminal.closed` when the shell has ended. */
  write(id: TerminalId, data: string): void;
  resize(id: TerminalId, cols: number, rows: number): void;
  close(id: TerminalId): void;
  dispose(): void;
}

/** Makes the service. Terminals end with the core; what must outlive it is a remote job. */
export function createTerminalsService(ports: TerminalsPorts): TerminalsService {
  const sessions = new Map<TerminalId, TerminalSession>();
  const requests = new Map<RequestId, Promise<Terminal>>();

  const forgetOldest = () => {
    const closed = [...sessions.values()].filter((session) => session.terminal.state === 'closed');
    for (const session of closed.slice(0, Math.max(0, closed.length - closedKept))) {
      sessions.delete(session.terminal.id);
      session.dispose();
    }
  };

  const find = (id: TerminalId): TerminalSession => {
    const session = sessions.get(id);
    if (session === undefined) throw new AppError('terminal.not-found', { terminalId: id });
    return session;
  };

  const open: TerminalsService['open'] = async ({ server: name, preset, cols, rows }) => {
    const server = ports.serverByName(name);
    const script = presetScripts[preset];
    const pty = await ports.remote(server).pty({ cols, rows, term: 'xterm-256color', ...(script === undefined ? {} : { script }) });
    const terminal: Terminal = {
      id: `term_${randomBytes(8).toString('hex')}` as TerminalId,
      serverName: server.name,
      title: preset === 'gpu' ? `${server.name} · GPU` : server.name,
      preset,
      state: 'open',
      openedAtMs: ports.nowMs(),
    };
    sessions.set(terminal.id, new TerminalSession(terminal, pty, { cols, rows }, forgetOldest));
    return terminal;
  };

  return {
    list: () => [...sessions.values()].map((session) => session.terminal),
    open(request) {
      const before = requests.get(request.requestId);
      if (before !== undefined) return before;
      const opening = open(request);
      requests.set(request.requestId, opening);
      // A failed attempt may be made again under the same id.
      opening.catch(() => requests.delete(request.requestId));
      return opening;
    },
    session: find,
    write(id, data) {
      const session = find(id);
      if (session.terminal.state === 'closed') throw new AppError('terminal.closed', { terminalId: id, reason: session.reason ?? 'closed' });
      session.write(data);
    },
    resize: (id, cols, rows) => find(id).resize(cols, rows),
    close(id) {
      const session = sessions.get(id);
      sessions.delete(id);
      session?.dispose();
    },
    dispose() {
      for (const session of sessions.values()) session.dispose();
      sessions.clear();
    },
  };
}
