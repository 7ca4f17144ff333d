import type { Notification, NotificationConstructorOptions } from 'electron';
import type { Notice } from './coreMessages.ts';

/** What notices are shown with. */
export interface NotifierPorts {
  isSupported(): boolean;
  /** Whether the person is looking at the window: then the window itself shows what happened. */
  isWindowFocused(): boolean;
  create(options: NotificationConstructorOptions): Pick<Notification, 'on' | 'show'>;
  /** Brings the window to the front at a route. */
  open(route: string): void;
}

/** Makes the function that shows notices by the system; a click leads to what they are about. */
export function createNotifier(ports: NotifierPorts): (notice: Notice) => void {
  // A notification that nobody refers to may be collected before it is clicked.
  const shown = new Set<object>();
  return ({ title, body, to }) => {
    if (!ports.isSupported() || ports.isWindowFocused()) return;
    const notification = ports.create({ title, body });
    shown.add(notification);
    notification.on('click', () => ports.open(to));
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
}
