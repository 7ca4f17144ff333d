import { randomBytes } from 'node:crypto';
import type { Recording, Terminal } from '../../../shared/contract/terminals.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RecordingId, RequestId, ServerId, TerminalId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import { presetWords, type TerminalPreset } from '../../../shared/model/terminalPreset.ts';
import type { Database } from '../../database/database.ts';
import { KeyRoom } from './keyRoom.ts';
import { Recordings } from './recordings/recordings.ts';
import type { ServerShells } from './serverShells.ts';
import type { Shell } from './shell.ts';
import { TerminalSession } from './terminalSession.ts';
import { type TerminalRecord, TerminalsRepo } from './terminalsRepo.ts';

/** Closed terminals kept so that their last screen can still be read. */
const closedKept = 20;
/** A size is kept once it has stood for so long. */
const sizeKeptMs = 1_000;
const notLookedAt = 'not looked at since Pilothouse was started';

/** What terminals need from the core. */
export interface TerminalsPorts {
  database: Database;
  /** Where recordings lie. */
  recordings: string;
  shells: ServerShells;
  serverByName(name: string): Server;
  /** Null: it was removed. */
  serverById(id: ServerId): Server | null;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** A terminal that is asked for. */
export interface OpenRequest {
  requestId: RequestId;
  server: string;
  preset: TerminalPreset;
  of?: string | undefined;
  cols: number;
  rows: number;
}

/** Shells held on servers. */
export interface TerminalsService {
  list(): Terminal[];
  /** Throws `input.invalid` where the preset lacks what it is about, and what connecting throws. */
  open(request: OpenRequest): Promise<Terminal>;
  /** Connects to it, where nobody has in this life of the core. Throws `terminal.not-found`. */
  session(id: TerminalId): TerminalSession;
  /** Throws `terminal.closed` when the shell has ended. */
  write(id: TerminalId, data: string): void;
  resize(id: TerminalId, cols: number, rows: number): void;
  /** Ends the shell, now or as soon as its server can be reached. */
  close(id: TerminalId): void;
  record(id: TerminalId, on: boolean): Terminal;
  readonly recordings: {
    list(): Recording[];
    read(id: RecordingId, offset: number): Promise<{ data: string; next: number | null }>;
    remove(id: RecordingId): void;
  };
  layout(): string | null;
  saveLayout(layout: string): void;
  /** Lets go of all; shells that are held go on. */
  dispose(): void;
}

/** Makes the service. Shells that an earlier life of the core opened are taken up again once somebody looks at them. */
export function createTerminalsService(ports: TerminalsPorts): TerminalsService {
  const repo = new TerminalsRepo(ports.database);
  const recordings = new Recordings(ports.recordings, { repo, nowMs: ports.nowMs, log: ports.log });
  const sessions = new Map<TerminalId, TerminalSession>();
  const room = new KeyRoom();
  /** Kept ones that nobody has looked at in this life of the core. */
  const asleep = new Map<TerminalId, TerminalRecord>();
  /** Ended by a person while their server could not be reached. */
  const ending = new Map<TerminalId, Shell>();
  const requests = new Map<RequestId, Promise<Terminal>>();
  const sizes = new Map<TerminalId, NodeJS.Timeout>();

  const changed = (terminal: Terminal) => {
    if (terminal.state !== 'closed') return;
    repo.remove(terminal.id);
    const closed = [...sessions.values()].filter((session) => session.terminal.state === 'closed');
    for (const session of closed.slice(0, Math.max(0, closed.length - closedKept))) {
      sessions.delete(session.terminal.id);
      session.dispose();
    }
  };

  const begin = (terminal: Terminal, shell: Shell, { cols, rows }: { cols: number; rows: number }): TerminalSession => {
    // Grows from life to life of the core, faster than bytes come.
    const offset = ports.nowMs() * 1_000;
    const session = new TerminalSession(terminal, shell, { cols, rows, offset }, { nowMs: ports.nowMs, changed }, room);
    sessions.set(terminal.id, session);
    return session;
  };

  const shown = (record: TerminalRecord, server: Server): Terminal => ({
    ...{ id: record.id, serverName: server.name, title: titleOf(server.name, record.preset, record.of), preset: record.preset },
    ...(record.of !== null && { of: record.of }),
    ...{ state: 'reconnecting', reason: notLookedAt, holder: record.holder, openedAtMs: record.openedAtMs, recordingSinceMs: null },
  });

  const wake = (record: TerminalRecord): TerminalSession | null => {
    asleep.delete(record.id);
    const server = ports.serverById(record.serverId);
    if (server === null) return null;
    const shell = ports.shells.resume(server, record);
    return begin({ ...shown(record, server), reason: 'connecting' }, shell, record);
  };

  const find = (id: TerminalId): TerminalSession => {
    const record = asleep.get(id);
    const session = sessions.get(id) ?? (record === undefined ? null : wake(record));
    if (session === null) throw new AppError('terminal.not-found', { terminalId: id });
    return session;
  };

  const open = async ({ server: name, preset, of = null, cols, rows }: Omit<OpenRequest, 'of'> & { of?: string | null }): Promise<Terminal> => {
    const { asks, optional } = presetWords[preset];
    if (of === null && asks !== null && !optional) throw new AppError('input.invalid', { issues: [{ path: 'of', message: `which ${asks}?` }] });
    const server = ports.serverByName(name);
    const id = `term_${randomBytes(8).toString('hex')}` as TerminalId;
    const shell = await ports.shells.open(server, { id, preset, of, cols, rows });
    const openedAtMs = ports.nowMs();
    if (shell.holder !== null) repo.insert({ id, serverId: server.id, preset, of, holder: shell.holder, cols, rows, openedAtMs, ending: false });
    const terminal: Terminal = {
      ...{ id, serverName: server.name, title: titleOf(server.name, preset, of), preset, ...(of !== null && { of }) },
      ...{ state: 'open', reason: null, holder: shell.holder, openedAtMs, recordingSinceMs: null },
    };
    begin(terminal, shell, { cols, rows });
    return terminal;
  };

  const endLater = (record: TerminalRecord) => {
    const server = ports.serverById(record.serverId);
    if (server === null) return;
    const shell = ports.shells.resume(server, record);
    const over = () => {
      ending.delete(record.id);
      repo.remove(record.id);
      shell.release();
    };
    ending.set(record.id, shell);
    shell.listen({ output: () => {}, gap: () => {}, state: () => {}, ended: over });
    shell.end();
  };

  for (const record of repo.all()) {
    if (record.ending) endLater(record);
    else asleep.set(record.id, record);
  }

  return {
    list() {
      const sleeping = [...asleep.values()].flatMap((record) => {
        const server = ports.serverById(record.serverId);
        return server === null ? [] : [shown(record, server)];
      });
      return [...sleeping, ...[...sessions.values()].map(({ terminal }) => terminal)].sort((a, b) => a.openedAtMs - b.openedAtMs);
    },
    open(request) {
      const before = requests.get(request.requestId);
      if (before !== undefined) return before;
      const opening = open({ ...request, of: request.of ?? null });
      requests.set(request.requestId, opening);
      // A failed attempt may be made again under the same id.
      opening.catch(() => requests.delete(request.requestId));
      return opening;
    },
    session: find,
    write(id, data) {
      const session = find(id);
      if (session.terminal.state === 'closed') throw new AppError('terminal.closed', { terminalId: id, reason: session.terminal.reason ?? 'closed' });
      session.write(data);
    },
    resize(id, cols, rows) {
      find(id).resize(cols, rows);
      clearTimeout(sizes.get(id));
      sizes.set(
        id,
        setTimeout(() => {
          sizes.delete(id);
          repo.resize(id, cols, rows);
        }, sizeKeptMs),
      );
    },
    close(id) {
      const session = sessions.get(id);
      const record = repo.all().find((kept) => kept.id === id);
      sessions.delete(id);
      asleep.delete(id);
      if (record !== undefined) repo.setEnding(id);
      if (session !== undefined) {
        session.end();
        session.dispose();
      }
      if (record !== undefined) endLater(record);
    },
    record(id, on) {
      const session = find(id);
      const { terminal, size } = session;
      if (!on) session.record(null);
      else if (terminal.state === 'closed') throw new AppError('terminal.closed', { terminalId: id, reason: terminal.reason ?? 'closed' });
      else if (session.recording === null) {
        const writer = recordings.begin({ serverName: terminal.serverName, title: terminal.title, ...size }, () => {
          if (session.recording === writer) session.record(null);
        });
        session.record(writer);
      }
      return session.terminal;
    },
    recordings,
    layout: () => repo.layout(),
    saveLayout: (layout) => repo.saveLayout(layout),
    dispose() {
      for (const timer of sizes.values()) clearTimeout(timer);
      for (const session of sessions.values()) session.dispose();
      for (const shell of ending.values()) shell.release();
      sessions.clear();
    },
  };
}

function titleOf(serverName: string, preset: TerminalPreset, of: string | null): string {
  if (preset === 'shell') return serverName;
  return `${serverName} · ${of === null ? presetWords[preset].short : preset === 'container' ? of : `${presetWords[preset].short} ${of}`}`;
}
