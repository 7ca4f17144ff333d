import { Checkbox } from '../../ui/Checkbox.tsx';
import { Field, Input } from '../../ui/Field.tsx';

/** How a command is to be run, beside what and where. */
export interface ExecOrder {
  canary: boolean;
  concurrency: string;
  timeoutS: string;
  sudo: boolean;
}

const limits = { concurrency: { min: 1, max: 256 }, timeoutS: { min: 1, max: 86_400 } };

/** Why a number cannot be taken; null: it can. */
export function numberProblem(name: keyof typeof limits, text: string): string | null {
  const { min, max } = limits[name];
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= min && value <= max ? null : `A whole number, ${min} to ${max.toLocaleString('en')}`;
}

/** Asks for canary, root, how many at a time, and for how long. */
export function OrderFields({ order, first, others, onChange }: { order: ExecOrder; first: string | null; others: number; onChange(order: ExecOrder): void }) {
  const number = (name: keyof typeof limits, label: string, hint: string) => (
    <Field label={label} hint={hint} error={numberProblem(name, order[name])} className="w-44">
      {(field) => (
        <Input
          {...field}
          inputMode="numeric"
          value={order[name]}
          className="tabular-nums"
          onChange={(event) => onChange({ ...order, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <>
      <Checkbox checked={order.canary} onChange={(canary) => onChange({ ...order, canary })}>
        Canary: first on <b className="font-semibold">{first ?? 'one server'}</b> alone
        <span className="block text-sm text-faint">
          {others > 0
            ? `The ${others.toLocaleString('en')} others follow only when it exits with 0; else they are not touched.`
            : 'For several servers; the others follow only when it exits with 0.'}
        </span>
      </Checkbox>
      <Checkbox checked={order.sudo} onChange={(sudo) => onChange({ ...order, sudo })}>
        As root
      </Checkbox>
      <div className="flex flex-wrap gap-x-6 gap-y-3">
        {number('concurrency', 'At a time', 'Servers')}
        {number('timeoutS', 'Ends after', 'Seconds on each server')}
      </div>
    </>
  );
}
