import { useState } from 'react';
import type { FactsChange } from '../../../shared/model/facts.ts';
import { Button } from '../../ui/Button.tsx';
import { count, formatExact } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Mark } from '../../ui/StateMark.tsx';

/** As many as are looked at without asking for more. */
const firstShown = 6;

/** What changed on a server between readings of its facts, newest first; what may take work from it is marked. */
export function FactsChangeList({ changes }: { changes: readonly FactsChange[] }) {
  const [all, setAll] = useState(false);
  if (changes.length === 0) return <p className="py-1.5 text-muted">Nothing changed since its facts were first read.</p>;
  const shown = all ? changes : changes.slice(0, firstShown);
  return (
    <>
      <ul>
        {shown.map((change, index) => (
          <ChangeRow key={`${change.seenAtMs}-${change.path}`} change={change} first={shown[index - 1]?.seenAtMs !== change.seenAtMs} />
        ))}
      </ul>
      {changes.length > firstShown && (
        <Button variant="ghost" className="mt-1" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show the newest only' : `Show ${count(changes.length - firstShown, 'more change', 'more changes')}`}
        </Button>
      )}
    </>
  );
}

/** Those of one reading stand together: only the first tells the time. */
function ChangeRow({ change, first }: { change: FactsChange; first: boolean }) {
  const { title, before, after, important, seenAtMs, sinceMs } = change;
  return (
    <li
      title={`Between ${formatExact(sinceMs)} and ${formatExact(seenAtMs)}`}
      className="grid min-h-8 grid-cols-[16px_minmax(0,1fr)_minmax(0,1.4fr)_44px] items-center gap-x-3 border-b border-hairline px-1 py-1"
    >
      {important ? <Mark tone="warn" /> : <span />}
      <span className="min-w-0 break-words">
        {title}
        {important && <span className="sr-only"> (important)</span>}
      </span>
      <span className="min-w-0 break-words">
        <span className="text-muted">{before ?? 'nothing'} →</span> {after ?? 'gone'}
      </span>
      {first ? <RelativeTime atMs={seenAtMs} className="text-right text-sm text-muted" /> : <span />}
    </li>
  );
}
