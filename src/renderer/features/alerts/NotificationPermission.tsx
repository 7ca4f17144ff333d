import { useState } from 'react';
import { bridge } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';

/** In a browser: whether it may show notifications, and a way to allow it. The desktop shows them by itself. */
export function NotificationPermission() {
  const [state, setState] = useState<NotificationPermission>(() => (typeof Notification === 'undefined' ? 'denied' : Notification.permission));
  if (bridge !== null || state === 'granted') return null;
  return (
    <p className="flex items-center gap-2 pt-1 pl-[116px] text-sm text-muted">
      {state === 'denied' ? (
        'This browser shows none: it was not allowed to. They stand in the window all the same.'
      ) : (
        <>
          This browser shows none until you allow it.
          <Button onClick={() => void Notification.requestPermission().then(setState)}>Allow</Button>
        </>
      )}
    </p>
  );
}
