import type { Server } from '../../../shared/model/server.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';

interface RemoveServerDialogProps {
  server: Server;
  onClose(): void;
  onRemoved(): void;
  /** Removes it. */
  remove?: typeof client.servers.remove;
}

/** Takes a server out of the inventory; one in production only with its name typed. */
export function RemoveServerDialog({ server, onClose, onRemoved, remove = client.servers.remove }: RemoveServerDialogProps) {
  const { name, environment, hostKeys } = server;
  const removal = useAction(
    ({ requestId, typed }: { requestId: string; typed: string }) => remove({ requestId, name, ...(typed === '' ? {} : { confirm: typed }) }),
    onRemoved,
  );
  return (
    <ConfirmDialog
      open
      title={`Remove ${name}?`}
      effect={
        <div className="flex flex-col gap-3">
          <p>
            It leaves the inventory, with {hostKeys.length > 0 ? `${count(hostKeys.length, 'confirmed host key')}, ` : ''}its facts, figures and sealed
            passwords. Nothing changes on the server itself, and what runs there goes on.
          </p>
          {removal.error && <ErrorPanel error={removal.error} />}
        </div>
      }
      expected={removal.confirmation?.expected ?? (environment === 'production' ? name : null)}
      action="Remove"
      busy={removal.busy}
      onConfirm={(typed) => void removal.run({ typed })}
      onClose={onClose}
    />
  );
}
