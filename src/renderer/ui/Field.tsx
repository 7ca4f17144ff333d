import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useId } from 'react';
import { cx } from './cx.ts';

const control =
  'w-full rounded border border-line bg-bg text-text transition-colors duration-100 hover:border-line-strong focus:border-accent focus:outline-none aria-invalid:border-bad disabled:opacity-60';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  children: (props: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined }) => ReactNode;
  className?: string;
}

/** A labelled control with its hint, and the reason where it was refused. */
export function Field({ label, hint, error, children, className }: FieldProps) {
  const id = useId();
  const described = hint || error ? `${id}-about` : undefined;
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium text-muted">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {described && (
        <p id={described} className={cx('text-sm', error ? 'text-bad' : 'text-faint')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

/** One line of text. */
export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input type="text" autoComplete="off" spellCheck={false} {...rest} className={cx(control, 'h-7 px-2', className)} />;
}

/** Several lines of text. */
export function Textarea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea spellCheck={false} {...rest} className={cx(control, 'min-h-16 px-2 py-1.5', className)} />;
}
