import { Link } from '@tanstack/react-router';
import { FileInput, FileOutput, ListFilter, Plus } from 'lucide-react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { Environment } from '../../../shared/model/server.ts';
import { useTypedText } from '../../app/useTypedText.ts';
import type { StateSnapshot } from '../../client/stateStore.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { Input } from '../../ui/Field.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { StaleMark } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { environments, type FleetQuery, type FleetTotals } from './fleetView.ts';

function Figure({ value, children }: { value: number; children: string }) {
  return (
    <span className="whitespace-nowrap">
      <b className="font-semibold text-text">{value.toLocaleString('en')}</b> {children}
    </span>
  );
}

/** Title, the figures over the whole fleet, and the way to a new server. */
export function FleetHeader({ totals, fleet, onAdd }: { totals: FleetTotals; fleet: StateSnapshot<FleetRow>; onAdd(): void }) {
  return (
    <PageHeader
      title="Fleet"
      actions={
        fleet.list.length > 0 && (
          <>
            <Link to="/fleet" search={{ dialog: 'import' }} className={buttonClass()}>
              <FileInput aria-hidden size={14} strokeWidth={1.8} />
              Import
            </Link>
            <Link to="/fleet" search={{ dialog: 'export' }} className={buttonClass()}>
              <FileOutput aria-hidden size={14} strokeWidth={1.8} />
              Export
            </Link>
            <Button variant="primary" icon={Plus} onClick={onAdd}>
              Add server
            </Button>
          </>
        )
      }
    >
      {fleet.list.length > 0 && (
        <>
          <Figure value={totals.servers}>{totals.servers === 1 ? 'server' : 'servers'}</Figure>
          <span className="whitespace-nowrap">
            <Figure value={totals.gpus}>GPUs</Figure> · <Figure value={totals.busyGpus}>busy</Figure>
          </span>
          <span className="whitespace-nowrap">
            <b className={totals.attention > 0 ? 'font-semibold text-warn' : 'font-semibold text-text'}>{totals.attention}</b> need a look
          </span>
        </>
      )}
      {fleet.status === 'stale' && <StaleMark sinceMs={fleet.sinceMs} />}
    </PageHeader>
  );
}

interface FleetToolsProps {
  totals: FleetTotals;
  query: FleetQuery;
  onChange(changes: { q?: string | undefined; env?: Environment | undefined; attention?: true | undefined; group?: FleetQuery['grouping'] }): void;
}

const titles = { production: 'Production', staging: 'Staging', development: 'Development' };

/** Filter and grouping of the table. Typing waits a moment before it changes the address. */
export function FleetTools({ totals, query, onChange }: FleetToolsProps) {
  const { typed, type, keep } = useTypedText(query.text, (text) => onChange({ q: text || undefined }), 120);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 px-4 pb-2">
      <Chip on={query.environment === null && !query.attention} onClick={() => onChange({ env: undefined, attention: undefined })}>
        All
      </Chip>
      {environments.map(
        (environment) =>
          totals.byEnvironment[environment] > 0 && (
            <Chip
              key={environment}
              on={query.environment === environment}
              count={totals.byEnvironment[environment]}
              onClick={() => onChange({ env: query.environment === environment ? undefined : environment })}
            >
              {titles[environment]}
            </Chip>
          ),
      )}
      <Chip on={query.attention} count={totals.attention} onClick={() => onChange({ attention: query.attention ? undefined : true })}>
        Needs a look
      </Chip>
      <span className="relative ml-1 min-w-40 flex-1">
        <ListFilter aria-hidden size={13} className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-faint" />
        <Input
          data-filter
          aria-label="Filter servers"
          placeholder="Filter: gpu-* tag:a100 !env:production"
          value={typed}
          onChange={(event) => type(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => event.key === 'Escape' && type('')}
          className="h-[26px] max-w-80 bg-surface pl-7"
        />
      </span>
      <Select
        label="Group by"
        prefix="Group:"
        value={query.grouping}
        options={[
          { value: 'environment', label: 'environment' },
          { value: 'group', label: 'group' },
          { value: 'role', label: 'role' },
          { value: 'none', label: 'none' },
        ]}
        onChange={(group) => onChange({ group })}
      />
    </div>
  );
}
