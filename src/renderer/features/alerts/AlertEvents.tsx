import type { AlertEventView } from '../../../shared/model/alert.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Mark, type Tone } from '../../ui/StateMark.tsx';
import { severityTones } from './alertTotals.ts';
import { evidenceText } from './alertView.ts';

const words: Record<AlertEventView['kind'], string> = {
  raised: 'raised',
  stillFiring: 'still so',
  escalated: 'escalated',
  eased: 'became milder',
  resolved: 'over',
  acknowledged: 'acknowledged',
  unacknowledged: 'taken back',
  incident: 'incident opened',
  whileAway: 'told with others',
};

const reasons: Readonly<Record<string, string>> = {
  reminder: 'a reminder',
  spread: 'more joined',
  severity: 'it became worse',
  time: 'nobody acknowledged it in time',
  good: 'it is good again',
  noData: 'nothing is measured of it any more',
  gone: 'its server or its rule left',
};

function toneOf({ kind, severity }: AlertEventView): Tone {
  if (kind === 'resolved') return 'good';
  if (kind === 'acknowledged' || kind === 'unacknowledged' || kind === 'incident') return 'info';
  return severityTones[severity];
}

/** What happened to an alert, newest first. */
export function AlertEvents({ events }: { events: readonly AlertEventView[] }) {
  if (events.length === 0) return <p className="py-1 text-muted">It was not told yet.</p>;
  return (
    <ol aria-label="Events" className="flex flex-col">
      {[...events].reverse().map((event) => {
        const [first] = event.evidence;
        const level = event.kind === 'escalated' ? ` to level ${event.level}` : '';
        return (
          <li key={event.id} className="grid grid-cols-[64px_150px_minmax(0,1fr)] items-start gap-x-3 border-b border-hairline py-1.5">
            <RelativeTime atMs={event.atMs} suffix=" ago" className="text-right text-faint" />
            <span className="flex items-center gap-[7px]">
              <Mark tone={toneOf(event)} />
              <span className="truncate">
                {words[event.kind]}
                {level}
              </span>
            </span>
            <span className="min-w-0 break-words text-muted">
              {[
                event.who,
                event.why === null ? null : (reasons[event.why] ?? event.why),
                event.note,
                first === undefined || event.kind === 'resolved' ? null : `${first.serverName}: ${evidenceText(first)}`,
              ]
                .filter((part) => part !== null)
                .join(' · ')}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
