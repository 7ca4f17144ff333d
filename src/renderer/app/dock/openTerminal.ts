import { toast } from 'sonner';
import type { Terminal } from '../../../shared/contract/terminals.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import { client, newRequestId } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { type DockTab, useDock } from './dockStore.ts';

/** The dock's tab for a terminal of the core. */
export function terminalTab(terminal: Pick<Terminal, 'id' | 'serverName' | 'title'>): DockTab {
  return { id: `terminal:${terminal.id}`, kind: 'terminal', terminalId: terminal.id, serverName: terminal.serverName, title: terminal.title };
}

/** Opens a new terminal on a server and shows it in the dock. Its real size is told once it is on the screen. */
export async function openTerminal(server: string, preset: 'shell' | 'gpu'): Promise<Terminal | null> {
  try {
    const { terminal } = await client.terminals.open({ requestId: newRequestId(), server, preset, cols: 120, rows: 24 });
    useDock.getState().add(terminalTab(terminal));
    return terminal;
  } catch (error) {
    const { sentence, next } = errorWording(toSerializedError(error));
    toast.error(`${sentence} ${next}`, { duration: 15_000 });
    return null;
  }
}

/** Shows the followed logs of a stack in the dock. */
export function openLogs(stackId: string, selector: string, services: string[] = []): void {
  const scope = services.length > 0 ? services.join(', ') : 'logs';
  useDock
    .getState()
    .add({ id: `logs:${stackId}:${selector}:${services.join('+')}`, kind: 'logs', stackId, selector, services, title: `${stackId} · ${scope}` });
}
