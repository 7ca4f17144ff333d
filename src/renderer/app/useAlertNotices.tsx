import { useEffect, useRef } from 'react';
import { toast } from 'sonner';
import type { AlertNotice } from '../../shared/model/alert.ts';
import { bridge } from '../client/client.ts';
import { alertNoticesStore, useStateStream } from '../client/streams.ts';
import { severityTones } from '../features/alerts/alertTotals.ts';
import { Mark } from '../ui/StateMark.tsx';

/** Goes where a notice leads: an address with what it looks for. */
function open({ to }: Pick<AlertNotice, 'to'>): void {
  window.location.hash = to;
}

/** Shows a notice by the browser where it may and nobody looks at the window; the desktop host shows them by itself. */
function showBySystem({ id, title, body, to }: AlertNotice): boolean {
  if (bridge !== null || !document.hidden || typeof Notification === 'undefined' || Notification.permission !== 'granted') return false;
  const notification = new Notification(title, { body, tag: id });
  notification.onclick = () => {
    window.focus();
    open({ to });
    notification.close();
  };
  return true;
}

/** Says what alerts tell on this computer, as it comes: by the browser where nobody looks, else in the window. */
export function useAlertNotices(): void {
  const { list, status } = useStateStream(alertNoticesStore);
  // What the first snapshot shows was told before.
  const told = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (status !== 'live') return;
    const before = told.current;
    told.current = new Set(list.map(({ id }) => id));
    if (before === null) return;
    for (const notice of list.filter(({ id }) => !before.has(id))) {
      if (showBySystem(notice)) continue;
      toast(
        <button type="button" onClick={() => open(notice)} className="flex min-w-0 flex-1 items-center gap-2.5 text-left">
          <Mark tone={severityTones[notice.severity]} />
          <span className="min-w-0 flex-1">
            <b className="line-clamp-2 font-medium">{notice.title}</b>
            <span className="block truncate text-sm text-muted">{notice.body}</span>
          </span>
          <span className="text-accent">Open</span>
        </button>,
        { id: notice.id, duration: notice.severity === 'critical' ? 20_000 : 8_000 },
      );
    }
  }, [list, status]);
}
