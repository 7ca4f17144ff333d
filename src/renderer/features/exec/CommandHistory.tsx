import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useDeferredValue, useState } from 'react';
import type { PastCommand } from '../../../shared/contract/exec.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { moveInList } from '../../ui/useListKeys.ts';
import { operationStates } from '../operations/operationState.ts';
import { joinWords } from './joinWords.ts';

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-command]')];
  const at = items.indexOf(event.target as HTMLElement);
  const next = at === -1 ? null : moveInList(event.key, at, items.length);
  if (next === null) return;
  event.preventDefault();
  items[next]?.focus();
}

function Command({ past, onPick }: { past: PastCommand; onPick(past: PastCommand): void }) {
  const { last } = past;
  const state = operationStates[last.state];
  return (
    <li className="border-b border-hairline py-1.5">
      <button
        type="button"
        data-command
        title="Put it into the form"
        onClick={() => onPick(past)}
        className="block w-full truncate rounded px-1 py-0.5 text-left font-mono text-sm hover:bg-raised/60"
      >
        {joinWords(past.command)}
      </button>
      <div className="flex min-w-0 items-center gap-3 px-1 text-sm text-muted">
        <Link to="/operations/$id" params={{ id: last.id }} title="Its latest run" className="shrink-0 hover:underline">
          <StateMark tone={state.tone}>{state.word}</StateMark>
        </Link>
        <span className="min-w-0 truncate">
          {past.selector === null ? count(last.targetCount, 'server') : <code className="font-mono text-xs">{past.selector}</code>}
        </span>
        {past.sudo && <span className="shrink-0">as root</span>}
        {past.strategy.kind === 'canary' && <span className="shrink-0">canary</span>}
        <span className="ml-auto shrink-0 text-faint">{past.runs > 1 && `${past.runs}× · `}</span>
        <RelativeTime atMs={last.createdAtMs} suffix=" ago" className="text-faint" />
      </div>
    </li>
  );
}

/** Commands of the past, to be searched and put into the form again. */
export function CommandHistory({ onPick }: { onPick(past: PastCommand): void }) {
  const [search, setSearch] = useState('');
  const query = useQuery({
    ...orpc.exec.history.queryOptions({ input: { search: useDeferredValue(search), limit: 100 } }),
    placeholderData: (before) => before,
  });
  const commands = query.data?.commands ?? [];
  return (
    <section aria-label="History" className="flex min-h-0 min-w-0 flex-col border-l border-line">
      <header className="flex shrink-0 items-center gap-3 px-4 pt-3 pb-2">
        <h2 className="font-semibold">History</h2>
        <Input
          type="search"
          aria-label="Search the history"
          placeholder="Search commands and selectors"
          value={search}
          maxLength={500}
          onChange={(event) => setSearch(event.target.value)}
        />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
        {query.error && commands.length === 0 ? (
          <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
        ) : query.isPending ? (
          <SkeletonRows count={5} label="Reading the history" />
        ) : commands.length === 0 ? (
          <p className="px-1 py-2 text-muted">
            {search === '' ? 'Commands that you run are kept here, to be found and run again.' : `Nothing was run in which “${search}” stands.`}
          </p>
        ) : (
          <ul data-list onKeyDown={moveFocus}>
            {commands.map((past) => (
              <Command key={past.last.id} past={past} onPick={onPick} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
