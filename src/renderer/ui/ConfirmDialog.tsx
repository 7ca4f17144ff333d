import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Field, Input } from './Field.tsx';

interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** What will happen, in numbers. */
  effect: ReactNode;
  /** The name to type; null where none is asked for. */
  expected: string | null;
  action: string;
  /** What the way back says. */
  cancel?: string;
  busy?: boolean;
  danger?: boolean;
  onConfirm(typed: string): void;
  onClose(): void;
}

/** Says what is about to happen and, where it is guarded, has the name typed before it can be pressed. */
export function ConfirmDialog({
  open,
  title,
  effect,
  expected,
  action,
  cancel = 'Leave as it is',
  busy = false,
  danger = true,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [typed, setTyped] = useState('');
  useEffect(() => {
    if (!open) setTyped('');
  }, [open]);
  const ready = expected === null || typed === expected;
  const confirm = () => {
    if (ready && !busy) onConfirm(typed);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      width="narrow"
      onSubmit={confirm}
      footer={
        <>
          <Button onClick={onClose}>{cancel}</Button>
          <Button type="submit" variant={danger ? 'danger' : 'primary'} disabled={!ready} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-1">
        <div className="break-words">{effect}</div>
        {expected !== null && (
          <Field
            label="Confirm by name"
            hint={
              <>
                Type <b className="font-mono font-medium text-text select-text">{expected}</b> to go on.
              </>
            }
          >
            {(field) => <Input {...field} value={typed} onChange={(event) => setTyped(event.target.value)} className="font-mono" />}
          </Field>
        )}
      </div>
    </Dialog>
  );
}
