import { useState } from 'react';
import { Field, Input } from '../../ui/Field.tsx';

interface FigureFieldProps {
  label: string;
  hint?: string;
  /** Said at the end of the field. */
  unit?: string;
  /** The figure as it stands; null: it is not there. */
  figure: number | null;
  textOf(figure: number): string;
  read(text: string): number | null;
  /** What is said where the text is no figure. */
  wanted: string;
  /** Absent: it has to be there. */
  onClear?: () => void;
  onFigure(figure: number): void;
  /** As it was saved, where it is another now. */
  was?: string | null;
}

/** One figure that keeps what is typed, and tells only of what can be read. */
export function FigureField({ label, hint, unit, figure, textOf, read, wanted, onClear, onFigure, was = null }: FigureFieldProps) {
  const shown = figure === null ? '' : textOf(figure);
  const [typed, setTyped] = useState(shown);
  const [of, setOf] = useState(figure);
  // Changed from elsewhere, for example put back: what was typed counts no more.
  if (of !== figure) {
    setOf(figure);
    if (read(typed) !== figure) setTyped(shown);
  }
  const empty = typed.trim() === '';
  const wrong = empty ? onClear === undefined : read(typed) === null;
  return (
    <Field label={label} error={wrong ? wanted : null} hint={was === null ? hint : `was ${was}`}>
      {(field) => (
        <span className="relative block">
          <Input
            {...field}
            value={typed}
            className={unit ? 'pr-16' : ''}
            onChange={({ target: { value } }) => {
              setTyped(value);
              const next = read(value);
              if (value.trim() === '') onClear?.();
              else if (next !== null) onFigure(next);
            }}
          />
          {unit && <span className="pointer-events-none absolute top-0 right-2 flex h-7 items-center text-sm text-faint">{unit}</span>}
        </span>
      )}
    </Field>
  );
}
