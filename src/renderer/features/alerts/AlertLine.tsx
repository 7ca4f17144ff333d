import { Link } from '@tanstack/react-router';
import type { Alert, AlertHold } from '../../../shared/model/alert.ts';
import { Badge } from '../../ui/Badge.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { formatAge, formatExact } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { alertSentence, holdText, subjectsText } from './alertView.ts';

/** How long until a moment: `14 m`; `now` once it has come. */
export function Until({ atMs }: { atMs: number }) {
  const left = atMs - useNowMs();
  return <time title={formatExact(atMs)}>{left <= 0 ? 'now' : `in ${formatAge(left)}`}</time>;
}

/** Title of an alert with what is special about it, and its sentence below. */
export function AlertWhat({ alert }: { alert: Alert }) {
  return (
    <span className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <Link to="/alerts/$id" params={{ id: alert.key }} tabIndex={-1} className="truncate font-semibold hover:underline">
          {alert.title}
        </Link>
        <AlertBadges alert={alert} />
      </span>
      <span className="truncate text-sm text-muted">{alertSentence(alert)}</span>
    </span>
  );
}

/** Comes and goes, the level it has come to, its incident. */
export function AlertBadges({ alert: { flapping, level, incident } }: { alert: Pick<Alert, 'flapping' | 'level' | 'incident'> }) {
  return (
    <>
      {flapping && <Badge tone="warn">comes and goes</Badge>}
      {level > 1 && <Badge tone="bad">level {level}</Badge>}
      {incident !== null && (
        <Link to="/incidents/$id" params={{ id: incident }} tabIndex={-1} className="shrink-0 text-sm text-accent hover:underline">
          {incident}
        </Link>
      )}
    </>
  );
}

/** Its servers, and what on them it is about. */
export function AlertWhere({ alert }: { alert: Alert }) {
  const { servers, stacks } = alert;
  const shown = servers.slice(0, 2);
  const below = subjectsText(alert, 2) || stacks.join(', ');
  return (
    <span className="flex min-w-0 flex-col">
      <span className="truncate" title={servers.map(({ name }) => name).join(', ')}>
        {servers.length === 0 && <span className="text-muted">this computer</span>}
        {shown.map(({ id, name }, index) => (
          <span key={id}>
            {index > 0 && ', '}
            <Link to="/servers/$name/$tab" params={{ name, tab: 'overview' }} tabIndex={-1} className="hover:underline">
              {name}
            </Link>
          </span>
        ))}
        {servers.length > shown.length && <span className="text-muted"> and {servers.length - shown.length} more</span>}
      </span>
      {below !== '' && <span className="truncate text-sm text-muted">{below}</span>}
    </span>
  );
}

/** Who has it, when the next level is told, or why it is not told. */
export function AlertStand({ alert }: { alert: Alert }) {
  const { acknowledged, hold, escalatesAtMs, level } = alert;
  if (hold !== null) return <HoldStand hold={hold} />;
  if (acknowledged !== null) {
    return (
      <span className="flex min-w-0 flex-col" title={acknowledged.note ?? undefined}>
        <span className="truncate">{acknowledged.who}</span>
        <span className="truncate text-sm text-muted">
          since <RelativeTime atMs={acknowledged.atMs} />
          {acknowledged.note !== null && ` · ${acknowledged.note}`}
        </span>
      </span>
    );
  }
  if (escalatesAtMs === null) return <span className="text-muted">nobody</span>;
  return (
    <span className="flex min-w-0 flex-col">
      <span className="text-muted">nobody</span>
      <span className="truncate text-sm text-warn">
        level {Math.min(3, level + 1)} <Until atMs={escalatesAtMs} />
      </span>
    </span>
  );
}

function HoldStand({ hold }: { hold: AlertHold }) {
  return (
    <span className="flex min-w-0 flex-col" title={hold.text ?? undefined}>
      <span className="truncate">{holdText(hold)}</span>
      {(hold.untilMs !== null || hold.text !== null) && (
        <span className="truncate text-sm text-muted">
          {hold.untilMs !== null && (
            <>
              ends <Until atMs={hold.untilMs} />
            </>
          )}
          {hold.untilMs !== null && hold.text !== null && ' · '}
          {hold.text}
        </span>
      )}
    </span>
  );
}
