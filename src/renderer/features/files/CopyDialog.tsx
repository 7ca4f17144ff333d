import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import { visibleName } from '../../../shared/model/remotePath.ts';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { LocalPicker } from './LocalPicker.tsx';

interface CopyDialogProps {
  direction: 'up' | 'down';
  server: string;
  /** Up: the directory it goes to; down: what is copied. */
  remote: readonly string[];
  busy: boolean;
  error: SerializedError | null;
  onCopy(local: string): void;
  onClose(): void;
}

/** Asks what of this computer goes up, or where on it something goes down to. */
export function CopyDialog({ direction, server, remote, busy, error, onCopy, onClose }: CopyDialogProps) {
  const [directory, setDirectory] = useState('');
  const [picked, setPicked] = useState<string | null>(null);
  const shown = useQuery(orpc.files.local.queryOptions({ input: { path: directory }, retry: false, staleTime: 0 }));
  const [typed, setTyped] = useState<string | null>(null);
  const base = shown.data?.path ?? directory;
  const separator = base.includes('\\') ? '\\' : '/';
  const chosen = picked === null ? base : `${base.replace(/[/\\]$/, '')}${separator}${picked}`;
  const local = typed ?? chosen;
  const up = direction === 'up';
  const what = remote.length === 1 ? visibleName(remote[0] ?? '') : `${remote.length} entries`;
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => local !== '' && !busy && onCopy(up || local.endsWith(separator) ? local : `${local}${separator}`)}
      title={up ? `Upload to ${what}` : `Download ${what}`}
      description={up ? `A file or a directory of this computer, to ${server}.` : `From ${server} into a directory of this computer.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={local === '' || (up && typed === null && picked === null)}>
            {up ? 'Upload' : 'Download'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <LocalPicker
          {...{ directory, picked, directoriesOnly: !up }}
          onDirectory={(path) => {
            setDirectory(path);
            setPicked(null);
            setTyped(null);
          }}
          onPick={(name) => {
            setPicked(name);
            setTyped(null);
          }}
        />
        <Field label={up ? 'What is copied' : 'Into'} hint="On the computer that Pilothouse runs on. A directory opens by a double click.">
          {(field) => <Input {...field} value={local} className="font-mono" onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        {error && <ErrorPanel error={error} />}
      </div>
    </Dialog>
  );
}
