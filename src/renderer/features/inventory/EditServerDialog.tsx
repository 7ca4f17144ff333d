import { useQuery } from '@tanstack/react-query';
import { ShieldAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { InstanceType } from '../../../shared/model/instanceType.ts';
import type { Server } from '../../../shared/model/server.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { ServerFormDetails } from './ServerFormDetails.tsx';
import { ServerFormFields } from './ServerFormFields.tsx';
import { changesOf, credentialsOf, formOf, isComplete } from './serverForm.ts';
import { useServerForm } from './useServerForm.ts';
import { useUnsavedChanges } from './useUnsavedChanges.tsx';

interface EditServerDialogProps {
  name: string;
  onClose(): void;
  /** `isTrusted`: its host key stands; else it has to be shown to be confirmed. */
  onSaved(server: Server, isTrusted: boolean): void;
}

/** Changes the record of a server. */
export function EditServerDialog({ name, onClose, onSaved }: EditServerDialogProps) {
  const fleet = useStateStream(fleetStore);
  const found = fleet.list.find((row) => row.server.name === name)?.server ?? null;
  // What is being edited stays what it was when the form was opened, whatever becomes of it meanwhile.
  const [opened, setOpened] = useState(found);
  if (opened === null && found !== null) setOpened(found);
  const servers = useMemo(() => fleet.list.map((row) => row.server), [fleet.list]);
  const catalogue = useQuery(orpc.catalogue.list.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY }));
  if (opened !== null) return <EditServerForm opened={opened} servers={servers} types={catalogue.data?.types ?? []} onClose={onClose} onSaved={onSaved} />;
  return (
    <Dialog open onClose={onClose} title={`Edit ${name}`} footer={<Button onClick={onClose}>Close</Button>}>
      {fleet.error ? (
        <ErrorPanel error={fleet.error} />
      ) : fleet.status === 'loading' ? (
        <SkeletonRows count={6} label="Loading the server" />
      ) : (
        <EmptyState title={`There is no server named ${name}`}>It may have been renamed or removed.</EmptyState>
      )}
    </Dialog>
  );
}

interface EditServerFormProps extends Omit<EditServerDialogProps, 'name'> {
  /** The record as it was when the form was opened. */
  opened: Server;
  /** All servers, as they are now. */
  servers: readonly Server[];
  /** Instance types to take plan and cost from. */
  types?: readonly InstanceType[];
  /** Saves the changes. */
  save?: typeof client.servers.edit;
}

/** The form itself; only what was changed in it is sent. */
export function EditServerForm({ opened, servers, onClose, onSaved, types = [], save = client.servers.edit }: EditServerFormProps) {
  const jumps = useMemo(() => servers.flatMap(({ id, name }) => (id === opened.id ? [] : [name])), [servers, opened.id]);
  const state = useServerForm(
    useMemo(() => formOf(opened), [opened]),
    useMemo(() => new Set(jumps), [jumps]),
  );
  const { form } = state;
  const changes = useMemo(() => changesOf(opened, form), [opened, form]);
  const credentials = credentialsOf(form);
  const isDirty = Object.keys(changes).length > 0 || Object.keys(credentials).length > 0;
  const unsaved = useUnsavedChanges(isDirty, `You changed the record of ${opened.name}.`);
  const edit = useAction(save, ({ server }) => {
    unsaved.release();
    onSaved(server, server.hostKeys.length > 0);
  });
  const isMoved = changes.host !== undefined || changes.port !== undefined;
  const submit = () => {
    if (!isDirty || !state.attempt()) return;
    // It may have been renamed elsewhere while the form was open.
    const name = servers.find(({ id }) => id === opened.id)?.name ?? opened.name;
    void edit.run({ name, fields: changes, ...(Object.keys(credentials).length > 0 ? { credentials } : {}) });
  };
  return (
    <>
      <Dialog
        open={!unsaved.isAsking && edit.confirmation === null}
        onClose={onClose}
        onSubmit={submit}
        title={`Edit ${opened.name}`}
        description="This changes what Pilothouse knows of it, and nothing on the server itself."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" busy={edit.busy} disabled={!isDirty || !isComplete(form)}>
              {isMoved ? 'Save and show host key' : 'Save'}
            </Button>
          </>
        }
      >
        <ServerFormFields
          state={state}
          jumps={jumps}
          keepsSecrets
          details={<ServerFormDetails state={state} types={types} />}
          aboutAddress={isMoved && <MoveNote wasTrusted={opened.hostKeys.length > 0} />}
        >
          {edit.error && <ErrorPanel error={edit.error} />}
        </ServerFormFields>
      </Dialog>
      {unsaved.question}
      <ActionConfirm action={edit} title={`Edit ${opened.name}`} verb="Save" inlineError />
    </>
  );
}

/** What a new address means: perhaps another machine stands behind the name. */
function MoveNote({ wasTrusted }: { wasTrusted: boolean }) {
  return (
    <p role="status" className="flex gap-2.5 rounded border border-warn/40 bg-warn-bg px-3 py-2">
      <ShieldAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-warn" />
      <span>
        <b className="font-semibold">Another address can be another machine.</b>{' '}
        {wasTrusted ? 'The host key confirmed so far is let go, its facts are forgotten, and open connections end.' : 'Its facts are forgotten.'} You are shown
        the key it offers there, and nobody logs in before you have confirmed it.
      </span>
    </p>
  );
}
