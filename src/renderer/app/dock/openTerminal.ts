import { toast } from 'sonner';
import type { Terminal } from '../../../shared/contract/terminals.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import { presetWords, type TerminalPreset } from '../../../shared/model/terminalPreset.ts';
import { client, newRequestId } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { type LogQuery, queryKey, queryTitle, stackQuery } from '../../features/logs/logQuery.ts';
import { type DockTab, useDock } from './dockStore.ts';
import type { Direction } from './splitTree.ts';

/** Where a new pane goes: beside another, in its place, or (absent) in a tab of its own. */
export type PanePlace = { beside: { pane: string; direction: Direction } } | { instead: string };

/** The dock's pane for a terminal of the core. */
export function terminalTab(terminal: Pick<Terminal, 'id' | 'serverName' | 'title'>): DockTab {
  return { id: `terminal:${terminal.id}`, kind: 'terminal', terminalId: terminal.id, serverName: terminal.serverName, title: terminal.title };
}

/** What is about to be opened, in a few words: `gpu-eu-01 · logs privaxai`. */
export function presetTitle(server: string, preset: TerminalPreset, of?: string): string {
  return `${server} · ${presetWords[preset].short}${of ? ` ${of}` : ''}`;
}

/** Opens a new terminal on a server and shows it. Its real size is told once it is on the screen. */
export async function openTerminal(server: string, preset: TerminalPreset, of?: string, place?: PanePlace): Promise<Terminal | null> {
  try {
    const { terminal } = await client.terminals.open({ requestId: newRequestId(), server, preset, ...(of ? { of } : {}), cols: 120, rows: 24 });
    const { add, replace } = useDock.getState();
    if (place && 'instead' in place) replace(place.instead, terminalTab(terminal));
    else add(terminalTab(terminal), place?.beside);
    return terminal;
  } catch (error) {
    const { sentence, next } = errorWording(toSerializedError(error), 'window');
    toast.error(`${sentence} ${next}`, { duration: 15_000 });
    return null;
  }
}

/** Ends a terminal: its shell, its pane and its screen here. */
export async function endTerminal(terminalId: string): Promise<void> {
  useDock.getState().remove(`terminal:${terminalId}`);
  await client.terminals.close({ requestId: newRequestId(), id: terminalId as Terminal['id'] }).catch(() => {});
  const { releaseTerminal } = await import('../../terminal/terminals.ts');
  releaseTerminal(terminalId);
}

/** Shows a terminal in a window of its own; the shell stays where it is. */
export function popOutTerminal(terminalId: string): void {
  const address = new URL(window.location.href);
  address.hash = `/terminal/${encodeURIComponent(terminalId)}`;
  window.open(address.href, `terminal-${terminalId}`, 'popup,width=960,height=600');
}

/** Shows the followed logs of a stack in the dock. */
export function openLogs(stackId: string, selector: string, services: string[] = []): void {
  openLogQuery(stackQuery(stackId, selector, services));
}

/** Shows whatever logs are asked for in the dock. */
export function openLogQuery(query: LogQuery): void {
  useDock.getState().add({ id: `logs:${queryKey(query)}`, kind: 'logs', query, title: queryTitle(query) });
}
