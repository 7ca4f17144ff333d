import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { SerializedError } from '../../../shared/errors.ts';
import type { Alert } from '../../../shared/model/alert.ts';
import { client, newRequestId } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { count } from '../../ui/format.ts';
import { partOf } from './alertTotals.ts';

/** What can be done with alerts; each takes several. */
export interface AlertActions {
  acknowledge(alerts: readonly Alert[]): void;
  unacknowledge(alerts: readonly Alert[]): void;
  silence(alerts: readonly Alert[]): void;
  incident(alerts: readonly Alert[]): void;
  /** Goes to the runbook that is proposed, for the servers of the alert and its incident. */
  runbook(alert: Alert): void;
}

/** A dialog over alerts; null: none. */
export type AlertDialog = { kind: 'silence' | 'incident'; alerts: readonly Alert[] } | null;

/** Actions on alerts, the dialog that one of them asked for, and what went wrong last. */
export function useAlertActions(): { actions: AlertActions; dialog: AlertDialog; closeDialog(): void; error: SerializedError | null; clearError(): void } {
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<AlertDialog>(null);
  const [undoError, setUndoError] = useState<SerializedError | null>(null);
  const undo = useCallback((keys: string[]) => {
    client.alerts.unacknowledge({ requestId: newRequestId(), keys }).then(
      () => toast('Not acknowledged any more'),
      (failure: unknown) => setUndoError(toSerializedError(failure)),
    );
  }, []);
  const {
    run: runAcknowledge,
    error,
    reset,
  } = useAction(client.alerts.acknowledge, ({ alerts }) => {
    const keys = alerts.map(({ key }) => key);
    toast(
      <span className="flex min-w-0 flex-1 items-center gap-2.5">
        <span className="min-w-0 flex-1 truncate">
          <b className="font-medium">{alerts.length === 1 ? alerts[0]?.title : count(alerts.length, 'alert')}</b> acknowledged
        </span>
        <button type="button" className="text-accent hover:underline" onClick={() => undo(keys)}>
          Undo
        </button>
      </span>,
      { id: `acknowledged ${keys.join(' ')}`, duration: 10_000 },
    );
  });
  const actions = useMemo<AlertActions>(
    () => ({
      acknowledge(alerts) {
        const keys = alerts.filter((alert) => partOf(alert) === 'firing').map(({ key }) => key);
        if (keys.length > 0) void runAcknowledge({ keys });
      },
      unacknowledge: (alerts) => undo(alerts.map(({ key }) => key)),
      silence: (alerts) => alerts.length > 0 && setDialog({ kind: 'silence', alerts }),
      incident: (alerts) => alerts.length > 0 && setDialog({ kind: 'incident', alerts }),
      runbook({ runbook, servers, incident }) {
        if (runbook === null) return;
        const on = servers.map(({ name }) => name).join(',');
        void navigate({ to: '/workflows/$id', params: { id: runbook }, search: { ...(on !== '' && { on }), ...(incident !== null && { incident }) } });
      },
    }),
    [runAcknowledge, undo, navigate],
  );
  const clearError = () => {
    reset();
    setUndoError(null);
  };
  return { actions, dialog, closeDialog: () => setDialog(null), error: error ?? undoError, clearError };
}
