import { Link } from '@tanstack/react-router';
import { alertsStore, useStateStream } from '../client/streams.ts';
import { alertTotals, severityTones } from '../features/alerts/alertTotals.ts';
import { count } from '../ui/format.ts';
import { Mark } from '../ui/StateMark.tsx';

/** How many alerts fire that nobody has, beside the connection state; nothing where there is none. */
export function FiringAlerts() {
  const { firing, worst } = alertTotals(useStateStream(alertsStore).list);
  if (worst === null) return null;
  return (
    <>
      <Link to="/alerts" search={{}} className="flex h-7 items-center gap-2 rounded px-2 whitespace-nowrap text-muted hover:bg-raised hover:text-text">
        <Mark tone={severityTones[worst]} />
        {count(firing, 'alert')}
      </Link>
      <span aria-hidden className="h-4 w-px bg-line-strong" />
    </>
  );
}
