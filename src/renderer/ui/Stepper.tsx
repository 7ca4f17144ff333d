import { cx } from './cx.ts';

interface StepperProps<S extends string> {
  label: string;
  steps: readonly S[];
  current: S;
  /** Steps that can be gone to now. */
  reachable: Record<S, boolean>;
  onChange(step: S): void;
}

/** The steps of a flow: where one is, and which can be gone to. */
export function Stepper<S extends string>({ label, steps, current, reachable, onChange }: StepperProps<S>) {
  return (
    <nav aria-label={label} className="border-r border-line bg-surface py-3">
      <ol>
        {steps.map((step, index) => (
          <li key={step}>
            <button
              type="button"
              disabled={!reachable[step]}
              aria-current={step === current ? 'step' : undefined}
              onClick={() => onChange(step)}
              className={cx(
                'flex h-8 w-full items-center gap-2.5 px-4 text-left -outline-offset-2 disabled:text-faint',
                step === current ? 'bg-accent-bg font-medium text-text' : 'text-muted hover:not-disabled:text-text',
              )}
            >
              <span className="font-mono text-sm text-faint">{index + 1}</span>
              {step}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
