import { Link } from '@tanstack/react-router';
import { Check, Pencil, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { recurrenceText } from '../../../shared/model/recurrence.ts';
import type { DueTarget, Schedule } from '../../../shared/model/schedule.ts';
import { client } from '../../client/client.ts';
import type { StateSnapshot } from '../../client/stateStore.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { RelativeTime, StaleMark } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { CompleteDialog } from './CompleteDialog.tsx';
import { byUrgency, dueText, scheduleStates } from './scheduleView.ts';

interface CalendarTabProps {
  state: StateSnapshot<Schedule>;
  /** Name of the one that is open. */
  item: string | undefined;
  onItem(name: string | undefined): void;
  onEdit(name: string): void;
  onAdopt(): void;
  onAdd(): void;
}

/** What is due again and again, the most urgent first. */
export function CalendarTab({ state, item, onItem, onEdit, onAdopt, onAdd }: CalendarTabProps) {
  if (state.status === 'loading') return <SkeletonRows count={8} label="Loading the calendar" />;
  if (state.error) return <ErrorPanel error={state.error} />;
  return (
    <>
      {state.status === 'stale' && <StaleMark sinceMs={state.sinceMs} />}
      {state.list.length === 0 && (
        <EmptyState
          title="Nothing is on the calendar"
          actions={
            <>
              <Button variant="primary" onClick={onAdopt}>
                Take over a maintenance schedule
              </Button>
              <Button onClick={onAdd}>New schedule</Button>
            </>
          }
        >
          Patches, backups, drills, reviews: what has to be done again and again is due here, on each server by itself, and counts as done by a run of its
          workflow, whoever started it.
        </EmptyState>
      )}
      <ul aria-label="Schedules">
        {byUrgency(state.list).map((schedule) => (
          <ScheduleRow
            key={schedule.id}
            schedule={schedule}
            open={schedule.fields.name === item}
            onToggle={() => onItem(schedule.fields.name === item ? undefined : schedule.fields.name)}
            onEdit={() => onEdit(schedule.fields.name)}
          />
        ))}
      </ul>
    </>
  );
}

interface ScheduleRowProps {
  schedule: Schedule;
  open: boolean;
  onToggle(): void;
  onEdit(): void;
}

function ScheduleRow({ schedule, open, onToggle, onEdit }: ScheduleRowProps) {
  const { fields, state, targets, problem } = schedule;
  const [completing, setCompleting] = useState(false);
  const { tone, word } = scheduleStates[state];
  const last = targets.flatMap(({ lastDone }) => lastDone ?? []).sort((a, b) => b.atMs - a.atMs)[0];
  const servers = targets.filter(({ serverId }) => serverId !== null);
  const waiting = servers.filter((target) => target.state === 'due' || target.state === 'overdue').length;
  return (
    <li className="border-b border-hairline">
      <div className="grid min-h-10 grid-cols-[96px_minmax(150px,1.3fr)_minmax(150px,1fr)_minmax(100px,0.6fr)_132px] items-center gap-3 px-2 py-1.5 hover:bg-raised/60">
        <StateMark tone={tone}>{word}</StateMark>
        <button type="button" aria-expanded={open} onClick={onToggle} className="flex min-w-0 flex-col items-start text-left">
          <span className="flex max-w-full items-center gap-2">
            <b className="truncate font-semibold">{fields.title}</b>
            {fields.automatic && <Badge tone="accent">checks by itself</Badge>}
          </span>
          <span className="max-w-full truncate text-sm text-faint">{recurrenceText(fields.recurrence)}</span>
        </button>
        <span className="min-w-0 text-sm">
          <span className="block truncate">{schedule.dueAtMs === null ? '—' : dueText(schedule)}</span>
          <span className="block truncate text-faint">
            {last === undefined ? (
              'never done'
            ) : (
              <>
                done <RelativeTime atMs={last.atMs} suffix=" ago" /> by {last.who}
              </>
            )}
          </span>
        </span>
        <span className="truncate text-muted">
          {servers.length === 0 ? (fields.owner ?? 'reminder') : waiting > 0 ? `${waiting} of ${servers.length} servers` : `${servers.length} servers`}
        </span>
        <span className="flex items-center justify-end gap-1">
          {fields.workflow !== undefined && (
            <Link to="/workflows/$id" params={{ id: fields.workflow }} search={{ on: fields.selector ?? '' }} className={buttonClass('ghost')}>
              <Play aria-hidden size={14} strokeWidth={1.8} />
              Run
            </Link>
          )}
          <IconButton icon={Check} label={`${fields.title} is done`} onClick={() => setCompleting(true)} />
          <IconButton icon={Pencil} label={`Change ${fields.title}`} onClick={onEdit} />
        </span>
      </div>
      {problem !== null && <p className="pr-2 pb-1.5 pl-[116px] text-sm text-warn">{problem}</p>}
      {open && <ScheduleDetails schedule={schedule} />}
      {completing && <CompleteDialog schedule={schedule} onClose={() => setCompleting(false)} />}
    </li>
  );
}

function ScheduleDetails({ schedule: { fields, targets } }: { schedule: Schedule }) {
  const remove = useAction(client.schedules.remove);
  return (
    <div className="flex flex-col gap-2 px-2 pt-1 pb-3 pl-[116px]">
      {fields.text !== '' && <p className="max-w-[80ch] whitespace-pre-wrap text-muted">{fields.text}</p>}
      <p className="text-sm text-faint">
        {fields.downtimeMinutes !== undefined && `May take ${fields.downtimeMinutes} min from the users. `}
        {fields.checkOnly && 'A run that only checks counts. '}
        Name: <code className="font-mono">{fields.name}</code>
      </p>
      <ul>
        {targets.map((target) => (
          <TargetRow key={target.serverId ?? ''} target={target} />
        ))}
      </ul>
      {remove.error && <ErrorPanel error={remove.error} />}
      <div>
        <Button icon={Trash2} busy={remove.busy} onClick={() => void remove.run({ name: fields.name })}>
          Take off the calendar
        </Button>
      </div>
    </div>
  );
}

function TargetRow({ target: { name, state, lastDone } }: { target: DueTarget }) {
  const { tone, word } = scheduleStates[state];
  return (
    <li className="grid grid-cols-[160px_96px_minmax(0,1fr)] gap-3 py-0.5">
      <span className="truncate">{name}</span>
      <StateMark tone={tone}>{word}</StateMark>
      <span className="truncate text-muted">
        {lastDone === null ? (
          'never done'
        ) : (
          <>
            <RelativeTime atMs={lastDone.atMs} suffix=" ago" /> by {lastDone.who}{' '}
            {lastDone.operationId !== null && (
              <Link to="/operations/$id" params={{ id: lastDone.operationId }} search={{}} className="text-accent underline">
                its run
              </Link>
            )}
            {lastDone.note !== null && `· ${lastDone.note}`}
          </>
        )}
      </span>
    </li>
  );
}
