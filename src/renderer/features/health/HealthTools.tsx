import { Server } from 'lucide-react';
import { useTypedText } from '../../app/useTypedText.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { chartGroups, groupTitles } from './chartGroups.ts';
import { type HealthSearch, spanNames, spanWords } from './healthAddress.ts';

interface HealthToolsProps {
  search: HealthSearch;
  /** Servers that are picked now. */
  servers: number;
  isWrong: boolean;
  onChange(changes: HealthSearch): void;
  onCustom(): void;
}

const selectorOf = (typed: string) => typed.trim() || 'all';

/** Which servers, which time, which charts. Typing waits a moment before it changes the address. */
export function HealthTools({ search, servers, isWrong, onChange, onCustom }: HealthToolsProps) {
  const on = search.on ?? 'all';
  const { typed, type, keep } = useTypedText(on, (text) => onChange({ on: text === 'all' ? undefined : text }), 350, selectorOf);
  const isPast = search.fromMs !== undefined;
  const whole = { fromMs: undefined, toMs: undefined };
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-4 pb-2">
      <span className="relative w-56">
        <Server aria-hidden size={13} className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-faint" />
        <Input
          data-filter
          aria-label="Servers"
          aria-invalid={isWrong || undefined}
          placeholder="all, gpu-*, env:production"
          value={typed}
          onChange={(event) => type(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => event.key === 'Escape' && type('all')}
          className="h-[26px] bg-surface pl-7 font-mono text-sm"
        />
      </span>
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Charts</legend>
        <Chip on={search.charts === undefined} onClick={() => onChange({ charts: undefined })}>
          All
        </Chip>
        {chartGroups.map((group) => (
          <Chip key={group} on={search.charts === group} onClick={() => onChange({ charts: search.charts === group ? undefined : group })}>
            {groupTitles[group]}
          </Chip>
        ))}
      </fieldset>
      <fieldset className="ml-auto flex flex-wrap gap-1.5">
        <legend className="sr-only">Time</legend>
        {servers > 1 && (
          <Select
            label="Servers in a chart"
            value={search.by ?? 'together'}
            options={[
              { value: 'together', label: 'Servers together' },
              { value: 'server', label: 'Each server apart' },
            ]}
            onChange={(by) => onChange({ by: by === 'server' ? 'server' : undefined })}
          />
        )}
        {spanNames.map((name) => (
          <Chip key={name} on={!isPast && (search.range ?? '1h') === name} onClick={() => onChange({ range: name === '1h' ? undefined : name, ...whole })}>
            {spanWords[name]}
          </Chip>
        ))}
        <Button aria-pressed={isPast} onClick={onCustom}>
          Custom
        </Button>
      </fieldset>
    </div>
  );
}
