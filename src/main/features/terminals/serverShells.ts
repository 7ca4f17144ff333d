import type { Server } from '../../../shared/model/server.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { HeldShell, type HeldShellRequest } from './holder/heldShell.ts';
import type { HolderPrograms } from './holder/holderScript.ts';
import { PlainShell } from './plainShell.ts';
import { presetScripts } from './presetScripts.ts';
import type { Shell } from './shell.ts';
import type { TerminalRecord } from './terminalsRepo.ts';

/** Which shell, and what runs in it. */
export type ShellRequest = Pick<TerminalRecord, 'id' | 'preset' | 'of' | 'cols' | 'rows'>;

/** Shells on servers. */
export interface ServerShells {
  /** Held on the server where something there can hold it. Throws what connecting throws, and `remote.command-failed`. */
  open(server: Server, request: ShellRequest): Promise<Shell>;
  /** One that an earlier life of the core opened; it connects by itself. */
  resume(server: Server, request: ShellRequest & Pick<TerminalRecord, 'holder'>): Shell;
}

/** Shells over the remote layer. */
export function serverShells(ports: { remote(server: Server): RemoteServer; programs: HolderPrograms }): ServerShells {
  const of = (server: Server) => ({ remote: ports.remote(server), serverName: server.name, programs: ports.programs });
  return {
    async open(server, request) {
      const held = await HeldShell.open(of(server), heldRequest(request));
      if (held !== null) return held;
      const { cols, rows } = request;
      return new PlainShell(await ports.remote(server).pty({ cols, rows, term: 'xterm-256color', ...plainScript(request) }));
    },
    resume: (server, request) => HeldShell.resume(of(server), heldRequest(request), request.holder),
  };
}

function heldRequest({ id, preset, of, cols, rows }: ShellRequest): HeldShellRequest {
  const script = presetScripts[preset];
  return { id, cols, rows, ...(script !== null && { script }), ...(of !== null && { env: { PH_OF: of } }) };
}

/** Without a holder there is no environment of its own: what the preset is about stands in the script. It is made of harmless characters only. */
function plainScript({ preset, of }: ShellRequest): { script?: string } {
  const script = presetScripts[preset];
  return script === null ? {} : { script: `${of === null ? '' : `PH_OF='${of.replaceAll("'", '')}'\n`}${script}` };
}
