import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { KeySelect } from './KeySelect.tsx';

interface InstallKeyDialogProps {
  name: string;
  busy: boolean;
  error: SerializedError | null;
  onInstall(how: { key: string; use: boolean }): void;
  onClose(): void;
}

/** Lets a key of this computer log in. */
export function InstallKeyDialog({ name, busy, error, onInstall, onClose }: InstallKeyDialogProps) {
  const [key, setKey] = useState('');
  const [use, setUse] = useState(false);
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => key && onInstall({ key, use })}
      width="narrow"
      title={`Let a key log in to ${name}`}
      description="Added to what is there, and proved by a fresh login. Where that does not work, all is put back."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" icon={KeyRound} busy={busy} disabled={!key}>
            Install and prove
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <KeySelect label="Key" value={key} onChange={setKey} />
        <Checkbox checked={use} onChange={setUse}>
          Log in with it from now on
        </Checkbox>
        {error && <ErrorPanel error={error} />}
      </div>
    </Dialog>
  );
}
