import { type DocumentFields, reviewState } from '../../../shared/model/document.ts';
import { dayOf, daysBetween } from '../../../shared/model/serverRecord.ts';
import { useNowMs } from '../../ui/clock.ts';
import { count } from '../../ui/format.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { none } from './recordWords.tsx';

/** When the next review of a document is due; overdue and near ones are marked. */
export function ReviewMark({ document, withDay = true }: { document: Pick<DocumentFields, 'nextReviewOn'>; withDay?: boolean }) {
  const today = dayOf(useNowMs());
  const { nextReviewOn } = document;
  if (nextReviewOn === null) return none;
  const days = daysBetween(today, nextReviewOn);
  switch (reviewState(document, today)) {
    case 'due':
      return (
        <StateMark tone="bad" title={`Review planned for ${nextReviewOn}`}>
          {days === 0 ? 'due today' : `overdue by ${count(-days, 'day')}`}
        </StateMark>
      );
    case 'soon':
      return (
        <StateMark tone="warn" title={`Review planned for ${nextReviewOn}`}>
          in {count(days, 'day')}
        </StateMark>
      );
    default:
      return <span className="text-muted tabular-nums">{withDay ? nextReviewOn : `in ${count(days, 'day')}`}</span>;
  }
}
