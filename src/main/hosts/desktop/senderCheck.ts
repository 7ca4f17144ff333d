import type { IpcMainEvent } from 'electron';
import { desktopOrigin } from '../../../shared/desktopBridge.ts';

/** Whether a message comes from the top frame of a page of the app; any other sender is ignored. */
export function isFromOwnPage(event: Pick<IpcMainEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.origin === desktopOrigin;
}
