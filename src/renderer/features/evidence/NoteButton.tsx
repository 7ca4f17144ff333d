import { NotebookPen } from 'lucide-react';
import { useState } from 'react';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';
import type { EvidencePlace } from './attachFile.ts';
import { useEvidenceChanged } from './useEvidence.ts';

/** Writes something down at a run or a cell; it cannot be changed afterwards. */
export function NoteButton({ place, about }: { place: EvidencePlace; about: string }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const changed = useEvidenceChanged();
  const note = useAction(client.evidence.note, () => {
    setOpen(false);
    setText('');
    changed();
  });
  return (
    <>
      <Button icon={NotebookPen} onClick={() => setOpen(true)}>
        Note
      </Button>
      {open && (
        <Dialog
          open
          onClose={() => setOpen(false)}
          onSubmit={() => text.trim() && void note.run({ ...place, text })}
          width="narrow"
          title={`Note on ${about}`}
          description="It stays in the record with your name and the time. A correction is another note."
          footer={
            <>
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button type="submit" variant="primary" disabled={!text.trim()} busy={note.busy}>
                Keep the note
              </Button>
            </>
          }
        >
          <div className="flex flex-col gap-3 pb-2">
            <Field label="Note">{(field) => <Textarea {...field} value={text} maxLength={16_000} onChange={(event) => setText(event.target.value)} />}</Field>
            {note.error && <ErrorPanel error={note.error} />}
          </div>
        </Dialog>
      )}
    </>
  );
}
