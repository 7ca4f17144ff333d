import type { Facts } from '../../../shared/model/facts.ts';
import { factsNotices } from '../../../shared/model/factsNotices.ts';
import { Mark } from '../../ui/StateMark.tsx';

/** What in a server's facts asks for a person, each with the next thing to do; nothing where nothing does. */
export function FactsNotices({ facts }: { facts: Facts }) {
  const notices = factsNotices(facts);
  if (notices.length === 0) return null;
  return (
    <ul aria-label="Asks for a person" className="flex flex-col gap-2">
      {notices.map(({ id, tone, sentence, next }) => (
        <li key={id} className={`flex gap-2.5 rounded border px-3 py-2 ${tone === 'bad' ? 'border-bad/40 bg-bad-bg' : 'border-warn/40 bg-warn-bg'}`}>
          <Mark tone={tone} className="mt-1" />
          <span className="sr-only">{tone === 'bad' ? 'Fault: ' : 'Warning: '}</span>
          <p className="min-w-0 break-words">
            {sentence} <span className="text-muted">{next}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}
