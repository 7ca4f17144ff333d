import type { Action } from '../client/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';

/** What an action needs beside its button: the typed confirmation when the core asks for one, and the error when it failed. */
export function ActionConfirm<I extends object>({
  action,
  title,
  verb,
  inlineError = false,
}: {
  action: Action<I>;
  title: string;
  verb: string;
  inlineError?: boolean;
}) {
  const { confirmation, error } = action;
  return (
    <>
      <ConfirmDialog
        open={confirmation !== null}
        title={title}
        effect={confirmation?.effect ?? ''}
        expected={confirmation?.expected ?? null}
        action={verb}
        busy={action.busy}
        onConfirm={(typed) => void action.confirm(typed)}
        onClose={action.reset}
      />
      {!inlineError && error && (
        <Dialog open onClose={action.reset} title={`${title}: not done`} footer={<Button onClick={action.reset}>Close</Button>}>
          <ErrorPanel error={error} />
        </Dialog>
      )}
    </>
  );
}
