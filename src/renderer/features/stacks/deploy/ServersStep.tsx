import { useQuery } from '@tanstack/react-query';
import { ChevronRight, X } from 'lucide-react';
import { useState } from 'react';
import type { FleetRow } from '../../../../shared/contract/servers.ts';
import type { InventoryRow } from '../../../../shared/contract/stacks.ts';
import type { Fit } from '../../../../shared/model/fit.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { orpc } from '../../../client/client.ts';
import { fleetStore, useStateStream } from '../../../client/streams.ts';
import { Badge } from '../../../ui/Badge.tsx';
import { Chip } from '../../../ui/Chip.tsx';
import { cx } from '../../../ui/cx.ts';
import { count } from '../../../ui/format.ts';
import { IconButton } from '../../../ui/IconButton.tsx';
import { Section } from '../../../ui/PageHeader.tsx';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { Mark, StateMark, type Tone } from '../../../ui/StateMark.tsx';
import { FitRequirements } from '../../fit/FitRequirements.tsx';
import { serverState } from '../../inventory/serverState.ts';
import { TargetField } from '../../targets/TargetField.tsx';
import type { Targets } from '../../targets/useTargets.ts';
import { stackHealth } from '../stackHealth.ts';
import { type DeployDraft, namesIn, toggleServer } from './deployDraft.ts';
import { OrderFields } from './OrderFields.tsx';
import { RoleFields } from './RoleFields.tsx';

interface ServersStepProps {
  stack: StackDefinition;
  draft: DeployDraft;
  targets: Targets;
  running: readonly InventoryRow[];
  onDraft(changes: Partial<DeployDraft>): void;
}

/** Up to this many servers are judged before they are picked. */
const judgedAtMost = 60;
const fitTones: Record<Fit['verdict'], Tone> = { meets: 'good', short: 'bad', unknown: 'unknown' };

function fitWord(fit: Fit): string {
  const required = fit.requirements.filter(({ level }) => level === 'required');
  const short = required.filter(({ verdict }) => verdict === 'short').length;
  const advised = fit.requirements.filter(({ level, verdict }) => level === 'advised' && verdict === 'short').length;
  if (fit.verdict === 'short') return `short of ${count(short, 'need')}`;
  const base = fit.verdict === 'meets' ? 'fits' : 'not all is known';
  return advised > 0 ? `${base}, less than advised` : base;
}

function ServerRow({
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

/** The second step: which servers, which of them with which role, and whether each has what the stack needs. */
export function ServersStep({ stack, draft, targets, running, onDraft }: ServersStepProps) {
  const fleet = useStateStream(fleetStore);
  const judged =
    fleet.list.length <= judgedAtMost
      ? 'all'
      : targets.rows
          .map((row) => row.server.name)
          .join(',')
          .slice(0, 490) || 'none';
  const fits = useQuery({ ...orpc.fit.judge.queryOptions({ input: { selector: judged, stack: stack.id } }), enabled: judged !== 'none', staleTime: 30_000 });
  const fitOf = new Map(fits.data?.fits.map((fit) => [fit.server, fit]));
  const picked = new Set(targets.rows.map((row) => row.server.name));
  const rolesOf = (name: string) =>
    draft.roles === null ? [] : Object.entries(draft.roles).flatMap(([role, selector]) => (namesIn(selector)?.includes(name) ? [role] : []));
  const offered = fleet.list
    .filter((row) => !picked.has(row.server.name) && row.facts !== null)
    .map((row) => ({ row, fit: fitOf.get(row.server.name) }))
    .sort(
      (a, b) =>
        Number(b.fit?.verdict === 'meets') - Number(a.fit?.verdict === 'meets') || a.row.server.name.localeCompare(b.row.server.name, 'en', { numeric: true }),
    );
  const short = targets.rows.filter((row) => fitOf.get(row.server.name)?.verdict === 'short').length;
  const listed = namesIn(draft.selector);
  return (
    <>
      {stack.roles.length > 0 && (
        <div role="toolbar" aria-label="Form" className="flex items-center gap-1.5">
          <Chip on={draft.roles === null} onClick={() => onDraft({ roles: null })}>
            Everything on each server
          </Chip>
          <Chip on={draft.roles !== null} onClick={() => onDraft({ roles: draft.roles ?? Object.fromEntries(stack.roles.map(({ id }) => [id, ''])) })}>
            Roles on servers of their own
          </Chip>
        </div>
      )}
      {draft.roles === null ? (
        <Section title="Where to">
          <div className="flex flex-wrap items-start gap-x-8 gap-y-4 pt-2.5">
            <div className="min-w-80 flex-1">
              <TargetField selector={draft.selector} targets={targets} onChange={(selector) => onDraft({ selector })} autoFocus listed={false} />
            </div>
            <OrderFields draft={draft} several={targets.rows.length > 1} onDraft={onDraft} />
          </div>
          {offered.length > 0 && fleet.list.length <= judgedAtMost && (
            <div className="flex flex-wrap items-center gap-1.5 pt-3">
              <span className="mr-1 text-sm text-muted">Add</span>
              {offered.slice(0, 14).map(({ row, fit }) => (
                <button
                  key={row.server.id}
                  type="button"
                  title={fit ? fitWord(fit) : 'not judged yet'}
                  onClick={() => onDraft({ selector: toggleServer(draft.selector, row.server.name) })}
                  className="inline-flex items-center gap-1.5 rounded-sm border border-line px-1.5 py-0.5 text-sm text-muted hover:border-line-strong hover:text-text"
                >
                  <Mark tone={fit ? fitTones[fit.verdict] : 'off'} size={8} />
                  {row.server.name}
                  <span className="sr-only">{fit ? fitWord(fit) : ''}</span>
                </button>
              ))}
              {offered.length > 14 && <span className="text-sm text-faint">and {offered.length - 14} more</span>}
            </div>
          )}
        </Section>
      ) : (
        <>
          <RoleFields stack={stack} roles={draft.roles} onChange={(roles) => onDraft({ roles })} />
          <OrderFields draft={draft} several onDraft={onDraft} />
        </>
      )}
      {targets.rows.length > 0 && (
        <Section
          title={count(targets.rows.length, 'server')}
          aside={
            short > 0 ? (
              <span className="text-bad">{count(short, 'server')} short of what it needs</span>
            ) : draft.roles === null ? (
              'set against the needs of the whole stack'
            ) : (
              'the plan sets each against its own part'
            )
          }
        >
          <ul aria-label="Picked servers">
            {targets.rows.map((row) => (
              <ServerRow
                key={row.server.id}
                row={row}
                fit={fitOf.get(row.server.name)}
                running={running.find((each) => each.serverName === row.server.name)}
                roles={rolesOf(row.server.name)}
                onRemove={
                  draft.roles === null && listed !== null && listed.length > 1
                    ? () => onDraft({ selector: toggleServer(draft.selector, row.server.name) })
                    : null
                }
              />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
