import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

const entry =
  'grid w-full grid-cols-[200px_minmax(0,1fr)] items-baseline gap-3 border-b border-hairline px-1 py-1.5 text-left hover:bg-raised/60 aria-pressed:bg-accent-bg';

/** All rules and traps, to be read. */
export function LintRules({ explained, onExplain }: { explained: string | undefined; onExplain(id: string): void }) {
  const [filter, setFilter] = useState('');
  const query = useQuery(orpc.lint.rules.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY }));
  const needle = filter.trim().toLowerCase();
  const shown = useMemo(() => {
    const fits = (text: string) => text.toLowerCase().includes(needle);
    return {
      rules: (query.data?.rules ?? []).filter((rule) => fits(`${rule.id} ${rule.title} ${rule.why} ${rule.traps.join(' ')}`)),
      traps: (query.data?.traps ?? []).filter((trap) => fits(`${trap.id} ${trap.title} ${trap.advice}`)),
    };
  }, [query.data, needle]);
  if (query.isPending) return <SkeletonRows count={10} label="Loading the rules" />;
  if (query.error) return <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />;
  const list = (items: readonly { id: string; title: string }[], label: string) => (
    <ul aria-label={label}>
      {items.map(({ id, title }) => (
        <li key={id}>
          <button type="button" aria-pressed={explained === id} className={entry} onClick={() => onExplain(id)}>
            <code className="truncate font-mono text-sm text-muted">{id}</code>
            <span className="min-w-0 break-words">{title}</span>
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <div className="flex flex-col gap-5">
      <Input
        aria-label="Filter rules and traps"
        placeholder="Filter rules and traps"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        className="w-72!"
        data-filter
      />
      <Section title="Rules" aside={`${shown.rules.length} of ${query.data.rules.length}`}>
        {list(shown.rules, 'Rules')}
      </Section>
      <Section title="Known traps" aside={`${shown.traps.length} of ${query.data.traps.length}`}>
        {list(shown.traps, 'Traps')}
      </Section>
      {shown.rules.length + shown.traps.length === 0 && <p className="text-muted">None of them speaks of that.</p>}
    </div>
  );
}
