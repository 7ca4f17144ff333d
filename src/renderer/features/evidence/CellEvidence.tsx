import { useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatExact } from '../../ui/format.ts';
import { AttachButton } from './AttachButton.tsx';
import { FileList } from './FileList.tsx';
import { NoteButton } from './NoteButton.tsx';
import { useEvidence } from './useEvidence.ts';

/** What people left at a cell, and the ways to leave more. */
export function CellEvidence({ operation, cell }: { operation: Operation; cell: Cell }) {
  const [error, setError] = useState<SerializedError | null>(null);
  const evidence = useEvidence(operation.id, operation.finishedAtMs === null);
  const isHere = (each: { serverId: string | null; stepId: string | null }) => each.serverId === cell.serverId && each.stepId === cell.stepId;
  const notes = evidence.data?.notes.filter(isHere) ?? [];
  const files = evidence.data?.attachments.filter(isHere) ?? [];
  const place = { id: operation.id, serverId: cell.serverId, stepId: cell.stepId };
  const step = operation.steps.find(({ id }) => id === cell.stepId)?.title ?? cell.stepId;
  const server = operation.targets.find(({ serverId }) => serverId === cell.serverId)?.name ?? cell.serverId;
  return (
    <section aria-label="Notes and files" className="flex max-h-48 shrink-0 flex-col gap-1.5 overflow-y-auto">
      {notes.map((note) => (
        <p key={note.id} className="border-l-2 border-accent/50 pl-2.5 whitespace-pre-line select-text" title={formatExact(note.atMs)}>
          {note.text} <span className="text-sm text-faint">— {note.who}</span>
        </p>
      ))}
      {files.length > 0 && <FileList files={files} />}
      {error && <ErrorPanel error={error} />}
      <div className="flex items-center gap-1.5">
        <NoteButton place={place} about={`${step} on ${server}`} />
        <AttachButton place={place} onError={setError} />
      </div>
    </section>
  );
}
