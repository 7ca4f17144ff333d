import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { TerminalPreset } from '../../../shared/model/terminalPreset.ts';
import type { Database } from '../../database/database.ts';
import type { ServerShells } from './serverShells.ts';
import { createTerminalsService, type TerminalsService } from './terminalsService.ts';

/** Puts a server `box` into the inventory, for what refers to it. */
export function addTestServer(database: Database, id: string): void {
  const labels = { environment: 'staging', tags: [], groups: [], sudo: 'none' };
  const fields = JSON.stringify({ name: 'box', host: 'x', port: 22, user: 'u', auth: { kind: 'agent' }, jump: null, ...labels });
  database.run(database.query.insertInto('servers').values({ id, fields, host_keys: '[]', demo: 0, created_at_ms: 1, updated_at_ms: 1 }));
}

/** A service over one server `box`: a life of the core, as far as terminals go. */
export function testTerminals(ports: { database: Database; directory: string; shells: ServerShells; serverId: string; nowMs?: () => number }): {
  service: TerminalsService;
  open(requestId: string, preset?: TerminalPreset, of?: string): ReturnType<TerminalsService['open']>;
} {
  const server = { id: ports.serverId as ServerId, name: 'box' } as Server;
  const service = createTerminalsService({
    ...{ database: ports.database, recordings: `${ports.directory}/recordings`, shells: ports.shells },
    ...{ serverByName: () => server, serverById: (id) => (id === server.id ? server : null), nowMs: ports.nowMs ?? Date.now, log: () => {} },
  });
  const open = (requestId: string, preset: TerminalPreset = 'shell', of?: string) =>
    service.open({ requestId: requestId as RequestId, server: 'box', preset, of, cols: 80, rows: 24 });
  return { service, open };
}
