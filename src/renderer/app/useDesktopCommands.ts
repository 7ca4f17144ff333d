import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { bridge } from '../client/client.ts';
import type { Overlay } from './overlay.ts';

/** Does what the native menu and clicked notifications of the desktop host ask for. */
export function useDesktopCommands(show: (overlay: Overlay) => void): void {
  const navigate = useNavigate();
  useEffect(
    () =>
      bridge?.onCommand((asked) => {
        if (asked.command === 'navigate') void navigate({ to: asked.to });
        else if (asked.command === 'add-server') void navigate({ to: '/fleet', search: { dialog: 'add' } });
        else show(asked.command === 'command-palette' ? 'palette' : 'shortcuts');
      }),
    [navigate, show],
  );
}
