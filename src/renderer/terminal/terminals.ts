import type { TerminalId } from '../../shared/model/ids.ts';
import { createTerminalController, type PaneLook, type TerminalController } from './terminalController.ts';

const controllers = new Map<string, TerminalController>();

/** The screen of a terminal; the same for every pane that asks, for as long as the window is open. */
export function terminalScreen(id: string, look: PaneLook): TerminalController {
  const existing = controllers.get(id);
  if (existing) return existing;
  const made = createTerminalController(id as TerminalId, look);
  controllers.set(id, made);
  return made;
}

/** Lets go of the screen of a terminal that was ended. */
export function releaseTerminal(id: string): void {
  controllers.get(id)?.dispose();
  controllers.delete(id);
}
