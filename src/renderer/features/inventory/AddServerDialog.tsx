import { useMemo } from 'react';
import { client } from '../../client/client.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { ServerFormFields } from './ServerFormFields.tsx';
import { credentialsOf, isComplete, type ServerForm, startOfForm, toServerFields } from './serverForm.ts';
import { useServerForm } from './useServerForm.ts';
import { useUnsavedChanges } from './useUnsavedChanges.tsx';

/** Asks for a server; once it is added its host key is shown to be confirmed. */
export function AddServerDialog({ onClose, onTrust }: { onClose(): void; onTrust(name: string): void }) {
  const { list } = useStateStream(fleetStore);
  const names = useMemo(() => list.map((row) => row.server.name), [list]);
  const state = useServerForm(
    startOfForm,
    useMemo(() => new Set(names), [names]),
  );
  const { form } = state;
  const isDirty = Object.entries(startOfForm).some(([key, value]) => form[key as keyof ServerForm] !== value);
  const unsaved = useUnsavedChanges(isDirty, 'You were adding a server.');
  const add = useAction(client.servers.add, ({ server }) => {
    unsaved.release();
    onTrust(server.name);
  });
  const submit = () => {
    if (!isComplete(form) || !state.attempt()) return;
    const credentials = credentialsOf(form);
    void add.run({ fields: toServerFields(form), ...(Object.keys(credentials).length > 0 ? { credentials } : {}) });
  };
  return (
    <>
      <Dialog
        open={!unsaved.isAsking}
        onClose={onClose}
        onSubmit={submit}
        title="Add a server"
        description="Nothing is installed on it. No login is made before you have confirmed its host key."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" busy={add.busy} disabled={!isComplete(form)}>
              Add and show host key
            </Button>
          </>
        }
      >
        <ServerFormFields state={state} jumps={names}>
          {add.error && <ErrorPanel error={add.error} />}
        </ServerFormFields>
      </Dialog>
      {unsaved.question}
    </>
  );
}
