import { useEffect, useState } from 'react';
import { Field, Input } from '../../ui/Field.tsx';

interface TextSettingProps {
  label: string;
  hint?: string;
  value: string;
  numeric?: { min: number; max: number };
  /** What it has to look like; then it may be empty too. */
  pattern?: { test: RegExp; says: string };
  onSave(value: string): void;
}

/** A setting that is written; saved on Enter or when the field is left. */
export function TextSetting({ label, hint, value, numeric, pattern, onSave }: TextSettingProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const problem =
    numeric && !(Number(text) >= numeric.min && Number(text) <= numeric.max && /^\d+$/.test(text))
      ? `A whole number from ${numeric.min} to ${numeric.max}`
      : pattern
        ? pattern.test.test(text)
          ? null
          : pattern.says
        : text.trim() === ''
          ? 'Needs a value'
          : null;
  const save = () => {
    if (problem === null && text !== value) onSave(text);
  };
  return (
    <Field label={label} hint={hint} error={problem}>
      {(field) => (
        <Input
          {...field}
          value={text}
          inputMode={numeric ? 'numeric' : 'text'}
          onChange={(event) => setText(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => event.key === 'Enter' && save()}
        />
      )}
    </Field>
  );
}
