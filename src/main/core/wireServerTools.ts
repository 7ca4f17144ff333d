import { join } from 'node:path';
import { execHandlers } from '../features/exec/execHandlers.ts';
import { createExecService } from '../features/exec/execService.ts';
import { filesHandlers } from '../features/files/filesHandlers.ts';
import { createFilesService } from '../features/files/filesService.ts';
import { readHolderPrograms } from '../features/terminals/holder/holderScript.ts';
import { serverShells } from '../features/terminals/serverShells.ts';
import { terminalsHandlers } from '../features/terminals/terminalsHandlers.ts';
import { createTerminalsService } from '../features/terminals/terminalsService.ts';
import { tunnelsHandlers } from '../features/tunnels/tunnelsHandlers.ts';
import { createTunnelsService } from '../features/tunnels/tunnelsService.ts';
import type { Foundation } from './openFoundation.ts';
import { wireLogs } from './wireLogs.ts';

/** Makes what a person works with on a server: commands, files, terminals, tunnels and logs. Close it before the remote layer. */
export function wireServerTools(base: Foundation) {
  const { directory, resources, database, operations, servers, serverDirectory, select, remoteOf, mask, who, homeDirectory, nowMs, log } = base;
  const byName = (name: string) => serverDirectory.byName(name);
  const exec = createExecService({ operations, select, who, log });
  const files = createFilesService({ database, operations, byName, select, remote: ({ id }) => remoteOf(id), homeDirectory, who, nowMs });
  const terminals = createTerminalsService({
    ...{ database, recordings: join(directory, 'recordings'), serverByName: byName, nowMs, log },
    shells: serverShells({ remote: ({ id }) => remoteOf(id), programs: readHolderPrograms(resources) }),
    serverById: (id) => servers.byId(id) ?? null,
  });
  const tunnels = createTunnelsService({
    ...{ database, byName, remote: remoteOf, nowMs, log },
    byId: (id) => servers.byId(id),
    listening: (id) => servers.facts(id)?.ports ?? [],
  });
  return {
    tunnels,
    handlers: {
      exec: execHandlers(exec),
      files: filesHandlers(files),
      terminals: terminalsHandlers(terminals),
      tunnels: tunnelsHandlers(tunnels),
      logs: wireLogs({ resources, select, remote: remoteOf, mask, nowMs }),
    },
    close() {
      terminals.dispose();
      tunnels.close();
    },
  };
}
