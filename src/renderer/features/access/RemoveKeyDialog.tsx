import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import type { AuthorizedKey } from '../../../shared/model/sshKey.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { KeySelect } from './KeySelect.tsx';

interface RemoveKeyDialogProps {
  authorized: AuthorizedKey;
  busy: boolean;
  error: SerializedError | null;
  onRemove(how: { takeOver?: string }): void;
  onClose(): void;
}

/** Takes a key off a server; for the one that carries us another has to take over. */
export function RemoveKeyDialog({ authorized, busy, error, onRemove, onClose }: RemoveKeyDialogProps) {
  const [takeOver, setTakeOver] = useState('');
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => onRemove(takeOver === '' ? {} : { takeOver })}
      width="narrow"
      title={`Remove ${authorized.comment || 'this key'}?`}
      description={
        authorized.carriesUs
          ? 'It is the key that logs us in. Another one, installed there already, is proved before this one goes, and takes over.'
          : 'Whoever logs in with it is locked out. Other keys stay, and a fresh login of ours is tried afterwards.'
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" icon={Trash2} busy={busy}>
            Remove
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <code className="font-mono text-sm break-all">{authorized.fingerprint}</code>
        {authorized.carriesUs && (
          <KeySelect
            label="Takes over"
            hint="Without a choice: a further key of the server’s record"
            value={takeOver}
            without={authorized.fingerprint}
            onChange={setTakeOver}
          />
        )}
        {error && <ErrorPanel error={error} />}
      </div>
    </Dialog>
  );
}
