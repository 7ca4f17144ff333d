import { useState } from 'react';
import type { ImportKind, ImportSource } from '../../../shared/contract/servers.ts';
import type { Environment } from '../../../shared/model/server.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { environmentOptions } from './fleetView.ts';
import { ImportEntries } from './ImportEntries.tsx';
import { ImportSourceBar } from './ImportSourceBar.tsx';
import { importLabel } from './importView.ts';
import { useImport } from './useImport.ts';

interface ImportDialogProps {
  onClose(): void;
  /** Reads a source. */
  preview?: typeof client.servers.importPreview;
  /** Adds and changes servers. */
  apply?: typeof client.servers.importApply;
}

const own: ImportSource = { source: 'ssh-config' };

/** Shows what a file holds against the inventory and what of it cannot be honoured; adds and changes what is chosen. */
export function ImportDialog({ onClose, preview = client.servers.importPreview, apply = client.servers.importApply }: ImportDialogProps) {
  const [kind, setKind] = useState<ImportKind>('ssh-config');
  const state = useImport(own, preview);
  const action = useAction(apply, onClose);
  const { add, update } = state.request;
  const total = add.length + update.length;
  const change = (next: ImportKind) => {
    setKind(next);
    // What is shown belongs to the source that is named above it.
    if (next === 'ssh-config') state.read(own);
    else state.clear();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => total > 0 && void action.run(state.request)}
      width="wide"
      title="Import servers"
      description={
        state.preview
          ? `From ${state.preview.path}. Nothing changes before you say so; each new server still asks for its host key.`
          : 'Nothing of a file is run, and no secret is taken from it.'
      }
      footer={
        <>
          <span className="mr-auto flex items-center gap-2 text-muted">
            New ones as
            <Select<Environment | 'told'>
              label="Environment of the new servers"
              value={state.environment ?? 'told'}
              options={[{ value: 'told', label: 'told by name' }, ...environmentOptions]}
              onChange={(value) => state.setEnvironment(value === 'told' ? null : value)}
            />
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={action.busy} disabled={total === 0}>
            {importLabel(add.length, update.length)}
          </Button>
        </>
      }
    >
      <ImportSourceBar
        kind={kind}
        onKind={change}
        onRead={(source) => {
          action.reset();
          state.read(source);
        }}
      />
      {/* As high before the file is read as after: nothing jumps. */}
      <div className="h-[min(26rem,46vh)] overflow-y-auto pt-1">
        {state.reading && <SkeletonRows count={6} label="Reading the file" />}
        {state.error && (
          <div className="pt-2">
            <ErrorPanel error={state.error} actions={<Button onClick={state.again}>Read again</Button>} />
          </div>
        )}
        {!state.reading && !state.error && !state.preview && (
          <EmptyState title="Name a file, drop one here, or paste its text">A path is one of the computer that Pilothouse runs on.</EmptyState>
        )}
        {state.preview && <ImportEntries key={state.preview.path} preview={state.preview} chosen={state.chosen} onChoose={state.choose} />}
      </div>
      {action.error && (
        <div className="pt-3">
          <ErrorPanel error={action.error} />
        </div>
      )}
      <ActionConfirm action={action} title="Change servers of production?" verb="Change them" inlineError />
    </Dialog>
  );
}
