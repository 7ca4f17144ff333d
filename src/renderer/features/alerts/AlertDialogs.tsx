import { AlertIncidentDialog } from './AlertIncidentDialog.tsx';
import { SilenceDialog } from './SilenceDialog.tsx';
import type { AlertDialog } from './useAlertActions.tsx';

/** The dialog that an action on alerts asked for. */
export function AlertDialogs({ dialog, closeDialog }: { dialog: AlertDialog; closeDialog(): void }) {
  if (dialog === null) return null;
  if (dialog.kind === 'silence') return <SilenceDialog alerts={dialog.alerts} onClose={closeDialog} />;
  return <AlertIncidentDialog alerts={dialog.alerts} onClose={closeDialog} />;
}
