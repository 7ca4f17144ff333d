import type { SerializedError } from '../../../shared/errors.ts';
import { Field, Input } from '../../ui/Field.tsx';

interface OutsideWindowFieldProps {
  /** Why the run was refused last; the field is there where that was a window. */
  error: SerializedError | null;
  reason: string;
  onChange(reason: string): void;
}

/** Why a run cannot wait for the maintenance window; with a reason it may interrupt servers now. */
export function OutsideWindowField({ error, reason, onChange }: OutsideWindowFieldProps) {
  if (error?.code !== 'window.closed' && reason === '') return null;
  return (
    <Field label="Why it cannot wait for the window" hint="It then runs now; your name and this stand in its output." className="max-w-[520px]">
      {(field) => <Input {...field} value={reason} placeholder="the disk is failing" onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}
