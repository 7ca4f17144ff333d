import { useQuery } from '@tanstack/react-query';
import type { InventoryRow } from '../../../../shared/contract/stacks.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { orpc } from '../../../client/client.ts';
import { fleetStore, useStateStream } from '../../../client/streams.ts';
import { Chip } from '../../../ui/Chip.tsx';
import { count } from '../../../ui/format.ts';
import { Section } from '../../../ui/PageHeader.tsx';
import { Mark } from '../../../ui/StateMark.tsx';
import { TargetField } from '../../targets/TargetField.tsx';
import type { Targets } from '../../targets/useTargets.ts';
import { type DeployDraft, namesIn, toggleServer } from './deployDraft.ts';
import { OrderFields } from './OrderFields.tsx';
import { fitTones, fitWord, PickedServer } from './PickedServer.tsx';
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
              <PickedServer
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
