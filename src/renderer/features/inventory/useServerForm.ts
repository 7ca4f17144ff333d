import { type FocusEvent, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { type FormProblems, problemsOf, type ServerForm } from './serverForm.ts';

/** A form with what is wrong in it. */
export interface ServerFormState {
  form: ServerForm;
  set(changes: Partial<ServerForm>): void;
  /** Problems of the fields that were left, and of all once it was tried to send them. */
  problems: FormProblems;
  onBlur(event: FocusEvent): void;
  /** Whether it may be sent; where not, every problem is shown and the first field with one has the focus. */
  attempt(): boolean;
  /** Element around the fields. */
  fields: React.RefObject<HTMLDivElement | null>;
}

/** Holds a server as it is being typed. `others` are the names of the other servers. */
export function useServerForm(start: ServerForm, others: ReadonlySet<string>): ServerFormState {
  const [form, setForm] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isAttempted, setAttempted] = useState(false);
  const fields = useRef<HTMLDivElement>(null);
  const found = useMemo(() => problemsOf(form, others), [form, others]);
  const problems = useMemo(
    () => (isAttempted ? found : (Object.fromEntries(Object.entries(found).filter(([field]) => left.has(field))) as FormProblems)),
    [found, isAttempted, left],
  );
  return {
    form,
    problems,
    fields,
    set: (changes) => setForm((before) => ({ ...before, ...changes })),
    onBlur(event) {
      const { name, value } = event.target as HTMLInputElement;
      // A field that was only passed through is not yet wrong for being empty.
      if (name && value) setLeft((before) => new Set([...before, name]));
    },
    attempt() {
      if (Object.keys(found).length === 0) return true;
      // A part that is folded away unfolds for what is wrong in it, before the focus goes there.
      flushSync(() => setAttempted(true));
      const names = Object.keys(found);
      const inputs = [...(fields.current?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea') ?? [])];
      inputs.find((input) => names.includes(input.name))?.focus();
      return false;
    },
  };
}
