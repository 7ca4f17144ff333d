import { useMemo, useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import type { TimelineEvent } from '../../../shared/model/evidence.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { Chip } from '../../ui/Chip.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatExact, formatTimeOfDay } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { AttachButton } from './AttachButton.tsx';
import { FileList } from './FileList.tsx';
import { NoteButton } from './NoteButton.tsx';
import { type EventFilter, filterEvents, placeWords } from './timelineView.ts';
import { useEvidence } from './useEvidence.ts';

const filters: readonly { value: EventFilter; label: string }[] = [
  { value: 'all', label: 'Everything' },
  { value: 'people', label: 'By people' },
  { value: 'steps', label: 'Steps' },
];

/** Everything that happened in a run, in order, with what people left at it. */
export function EvidenceView({ operation }: { operation: Operation }) {
  const [filter, setFilter] = useState<EventFilter>('all');
  const [error, setError] = useState<SerializedError | null>(null);
  const evidence = useEvidence(operation.id, operation.finishedAtMs === null);
  const timeline = evidence.data?.timeline;
  const events = useMemo(() => filterEvents(timeline ?? [], filter), [timeline, filter]);
  const place = { id: operation.id };
  return (
    <Loaded query={evidence} label="Loading the timeline">
      {({ notes, attachments, timelineCut }) => (
        <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(260px,340px)] border-t border-line">
          <div className="flex min-h-0 min-w-0 flex-col">
            <div className="flex shrink-0 flex-wrap items-center gap-1.5 px-4 py-2">
              {filters.map(({ value, label }) => (
                <Chip key={value} on={filter === value} onClick={() => setFilter(value)} count={filterEvents(timeline ?? [], value).length}>
                  {label}
                </Chip>
              ))}
              {timelineCut && <span className="text-sm text-warn">There is more; the report has it.</span>}
            </div>
            <section aria-label="Timeline of the run" tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-2 pb-6">
              <PlainTable
                label="Timeline"
                rows={events.map((event, index) => ({ ...event, key: `${event.atMs}-${index}` }))}
                rowKey={(event) => event.key}
                columns={[
                  { id: 'time', title: 'Time', width: '92px', cell: (event) => <time title={formatExact(event.atMs)}>{formatTimeOfDay(event.atMs)}</time> },
                  { id: 'where', title: 'Where', width: '30%', cell: (event) => <span className="text-muted">{placeWords(event, operation)}</span> },
                  { id: 'what', title: 'What', cell: (event) => <What event={event} /> },
                ]}
              />
            </section>
          </div>
          <aside aria-label="Notes and files" className="flex min-h-0 flex-col gap-5 overflow-y-auto border-l border-line bg-surface px-4 py-3">
            <div className="flex items-center gap-1.5">
              <NoteButton place={place} about="the run" />
              <AttachButton place={place} onError={setError} />
            </div>
            {error && <ErrorPanel error={error} />}
            {notes.length === 0 && attachments.length === 0 && (
              <EmptyState title="Nothing was left here yet">
                A note says what a command cannot; a file proves what was done by hand. Both stay as long as the run.
              </EmptyState>
            )}
            {notes.length > 0 && (
              <Section title={count(notes.length, 'note')}>
                <ul>
                  {notes.map((note) => (
                    <li key={note.id} className="border-b border-hairline py-1.5">
                      <p className="whitespace-pre-line select-text">{note.text}</p>
                      <p className="text-sm text-faint" title={formatExact(note.atMs)}>
                        {note.who} · {placeWords(note, operation)}
                      </p>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
            {attachments.length > 0 && (
              <Section title={count(attachments.length, 'file')}>
                <FileList files={attachments} />
              </Section>
            )}
          </aside>
        </div>
      )}
    </Loaded>
  );
}

function What({ event }: { event: TimelineEvent }) {
  const quiet = event.kind === 'said' || event.kind === 'cell-begun';
  return (
    <span className={quiet ? 'text-muted' : ''}>
      <span className="break-words whitespace-pre-line select-text">{event.text}</span>
      {event.who && <span className="text-faint"> — {event.who}</span>}
    </span>
  );
}
