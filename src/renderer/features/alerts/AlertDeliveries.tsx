import type { AlertDelivery, AttemptView } from '../../../shared/model/alert.ts';
import { count } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';
import { Until } from './AlertLine.tsx';

const states: Record<AlertDelivery['state'], { tone: Tone; word: string }> = {
  waiting: { tone: 'warn', word: 'waits' },
  sent: { tone: 'good', word: 'told' },
  givenUp: { tone: 'bad', word: 'given up' },
};

/** What came of attempts, in words. */
export const attemptWords: Record<AttemptView['outcome'], string> = {
  sent: 'taken',
  unknown: 'sent, but no answer came: it may have arrived',
  failed: 'failed',
  refused: 'refused',
};

/** Which channels were told what, after how many attempts, and what went wrong. */
export function AlertDeliveries({ deliveries, held }: { deliveries: readonly AlertDelivery[]; held: boolean }) {
  if (deliveries.length === 0) return <p className="py-1 text-muted">{held ? 'Nobody, for as long as it is held.' : 'Nobody: no channel is told of it.'}</p>;
  return (
    <ul aria-label="Deliveries" className="flex flex-col">
      {[...deliveries].reverse().map((delivery) => {
        const { tone, word } = states[delivery.state];
        const failed = delivery.attempts.filter(({ outcome }) => outcome !== 'sent');
        const last = failed.at(-1);
        return (
          <li
            key={`${delivery.channelId} ${delivery.eventId}`}
            className="grid grid-cols-[64px_150px_minmax(0,1fr)] items-start gap-x-3 border-b border-hairline py-1.5"
          >
            <RelativeTime atMs={delivery.endedAtMs ?? delivery.queuedAtMs} suffix=" ago" className="text-right text-faint" />
            <StateMark tone={tone}>{word}</StateMark>
            <span className="min-w-0">
              <span>
                {delivery.channel ?? 'a channel that was removed'} <span className="text-muted">· {delivery.event}</span>
                {delivery.state === 'waiting' && delivery.nextAtMs !== null && (
                  <span className="text-muted">
                    {' '}
                    · tried again <Until atMs={delivery.nextAtMs} />
                  </span>
                )}
              </span>
              {last !== undefined && (
                <span className="block text-sm break-words text-muted">
                  {count(delivery.attempts.length, 'attempt')}; {delivery.state === 'sent' && 'before, it '}
                  {attemptWords[last.outcome]}
                  {last.problem !== null && `: ${last.problem}`}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
