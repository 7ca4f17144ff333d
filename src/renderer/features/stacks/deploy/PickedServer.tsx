import { ChevronRight, X } from 'lucide-react';
import { useState } from 'react';
import type { FleetRow } from '../../../../shared/contract/servers.ts';
import type { InventoryRow } from '../../../../shared/contract/stacks.ts';
import type { Fit } from '../../../../shared/model/fit.ts';
import { Badge } from '../../../ui/Badge.tsx';
import { cx } from '../../../ui/cx.ts';
import { count } from '../../../ui/format.ts';
import { IconButton } from '../../../ui/IconButton.tsx';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { Mark, StateMark, type Tone } from '../../../ui/StateMark.tsx';
import { FitRequirements } from '../../fit/FitRequirements.tsx';
import { serverState } from '../../inventory/serverState.ts';
import { stackHealth } from '../stackHealth.ts';

/** Mark of a fit. */
export const fitTones: Record<Fit['verdict'], Tone> = { meets: 'good', short: 'bad', unknown: 'unknown' };

/** How a server fits, in a few words. */
export function fitWord(fit: Fit): string {
  const required = fit.requirements.filter(({ level }) => level === 'required');
  const short = required.filter(({ verdict }) => verdict === 'short').length;
  const advised = fit.requirements.filter(({ level, verdict }) => level === 'advised' && verdict === 'short').length;
  if (fit.verdict === 'short') return `short of ${count(short, 'need')}`;
  const base = fit.verdict === 'meets' ? 'fits' : 'not all is known';
  return advised > 0 ? `${base}, less than advised` : base;
}

/** A server that was picked: its state, what runs there, how it fits; every need with a press. */
export function PickedServer({
  row,
  fit,
  running,
  roles,
  onRemove,
}: {
  row: FleetRow;
  fit: Fit | undefined;
  running: InventoryRow | undefined;
  roles: readonly string[];
  onRemove: (() => void) | null;
}) {
  const [open, setOpen] = useState(false);
  const state = serverState(row);
  const shortfalls = fit?.requirements.filter(({ verdict, level }) => verdict === 'short' && level === 'required') ?? [];
  return (
    <li className="border-b border-hairline">
      <div className="grid min-h-9 grid-cols-[20px_minmax(110px,1fr)_minmax(150px,1fr)_minmax(120px,0.8fr)_minmax(150px,1fr)_28px] items-center gap-3 px-1">
        <IconButton
          icon={ChevronRight}
          label={open ? `Hide needs on ${row.server.name}` : `Show needs on ${row.server.name}`}
          size="small"
          aria-expanded={open}
          disabled={!fit}
          onClick={() => setOpen(!open)}
          className={open ? '[&>svg]:rotate-90' : ''}
        />
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-semibold">{row.server.name}</span>
          {roles.map((role) => (
            <Badge key={role} mono>
              {role}
            </Badge>
          ))}
        </span>
        <span className="flex min-w-0 items-center gap-2">
          <StateMark tone={state.tone}>{state.word}</StateMark>
          <span className={cx('truncate', row.server.environment === 'production' ? 'text-warn' : 'text-faint')}>{row.server.environment}</span>
        </span>
        <span className="flex min-w-0 items-center gap-2">
          {running ? (
            <>
              <Mark tone={stackHealth[running.health].tone} size={9} />
              <span className="font-mono text-sm">{running.release?.id ?? '—'}</span>
              <span className="truncate text-muted">{stackHealth[running.health].word}</span>
            </>
          ) : (
            <span className="text-faint">new here</span>
          )}
        </span>
        {fit ? <StateMark tone={fitTones[fit.verdict]}>{fitWord(fit)}</StateMark> : <Skeleton className="w-24" />}
        {onRemove ? <IconButton icon={X} label={`Leave ${row.server.name} out`} size="small" onClick={onRemove} /> : <span />}
      </div>
      {!open && shortfalls.length > 0 && (
        <ul className="pr-2 pb-2 pl-9 text-sm">
          {shortfalls.map(({ id, reason, remedy, title, need, have }) => (
            <li key={id}>
              <span className="text-bad">{reason ?? `${title}: ${need}, has ${have ?? 'none'}.`}</span> {remedy && <span className="text-muted">{remedy}</span>}
            </li>
          ))}
        </ul>
      )}
      {open && fit && (
        <div className="pr-2 pb-3 pl-8">
          <FitRequirements fit={fit} />
        </div>
      )}
    </li>
  );
}
