import { Undo2 } from 'lucide-react';
import { useId, useState } from 'react';
import { inputProblem } from '../../../../shared/model/inputValues.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { cx } from '../../../ui/cx.ts';
import { Input } from '../../../ui/Field.tsx';
import { IconButton } from '../../../ui/IconButton.tsx';
import { Select } from '../../../ui/Select.tsx';
import type { ParameterSource } from './deployDraft.ts';

type Parameter = StackDefinition['parameters'][number];

/** What is wrong with a value; null when it may go. */
export function problemWith(parameter: Parameter, source: ParameterSource): string | null {
  if (source.value === null) return null;
  if (source.value === '') return parameter.default === '' ? null : 'needs a value';
  return inputProblem(parameter, source.value);
}

const numeric = new Set<Parameter['type']>(['number', 'size-mib', 'port']);

function Control({
  id,
  about,
  parameter,
  source,
  invalid,
  onChange,
}: {
  id: string;
  about: string;
  parameter: Parameter;
  source: ParameterSource;
  invalid: boolean;
  onChange(value: string): void;
}) {
  const aria = { 'aria-describedby': about, 'aria-invalid': invalid ? true : undefined };
  const differs = source.value === null;
  if (parameter.type === 'choice' || parameter.type === 'boolean') {
    const choices = parameter.type === 'boolean' ? ['true', 'false'] : (parameter.choices ?? []);
    const word = (choice: string) => (parameter.type === 'boolean' ? (choice === 'true' ? 'yes' : 'no') : choice);
    return (
      <Select
        {...aria}
        id={id}
        field
        value={source.value ?? 'by server'}
        options={[
          ...(differs ? [{ value: 'by server', label: 'as each server has it' }] : []),
          ...choices.map((choice) => ({ value: choice, label: word(choice) })),
        ]}
        onChange={(choice) => choice !== 'by server' && onChange(choice)}
      />
    );
  }
  return (
    <Input
      {...aria}
      id={id}
      value={source.value ?? ''}
      inputMode={numeric.has(parameter.type) ? 'numeric' : 'text'}
      placeholder={differs ? 'as each server has it' : source.from === 'needed' ? 'Needed' : ''}
      className={cx(source.from !== 'given' && 'text-muted', parameter.type !== 'text' && 'font-mono')}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function ParameterRow({
  parameter,
  source,
  onChange,
  onReset,
}: {
  parameter: Parameter;
  source: ParameterSource;
  onChange(value: string): void;
  onReset(): void;
}) {
  const id = useId();
  const [touched, setTouched] = useState(false);
  const problem = problemWith(parameter, source);
  const said = problem !== null && (touched || source.from === 'given') ? problem : null;
  const changed = source.from === 'given';
  return (
    <li
      className="grid grid-cols-[minmax(0,1.4fr)_minmax(160px,1fr)_minmax(120px,0.8fr)] items-start gap-x-4 border-b border-hairline px-2 py-1.5"
      onBlur={() => setTouched(true)}
    >
      <div className="min-w-0 pt-1">
        <label htmlFor={id} className="font-medium">
          {parameter.title}
        </label>{' '}
        <code className="font-mono text-xs text-faint">{parameter.name}</code>
        {parameter.help && <p className="text-sm text-muted">{parameter.help}</p>}
      </div>
      <Control id={id} about={`${id}-about`} parameter={parameter} source={source} invalid={said !== null} onChange={onChange} />
      <div id={`${id}-about`} className="flex min-h-7 min-w-0 items-center gap-1 text-sm">
        <span className={cx('min-w-0 flex-1', said ? 'text-bad' : source.from === 'needed' ? 'text-warn' : changed ? 'text-accent' : 'text-faint')}>
          {said ?? source.said}
        </span>
        {changed && <IconButton icon={Undo2} label={`Do not give ${parameter.title}`} size="small" onClick={onReset} />}
      </div>
    </li>
  );
}

interface ParameterTableProps {
  parameters: readonly Parameter[];
  sourceOf(name: string): ParameterSource;
  onChange(name: string, value: string | null): void;
}

/** Parameters with the value that counts and where it comes from; what has to be given stands first. */
export function ParameterTable({ parameters, sourceOf, onChange }: ParameterTableProps) {
  const sorted = parameters.toSorted((a, b) => Number(b.default === undefined) - Number(a.default === undefined));
  return (
    <ul aria-label="Parameters">
      {sorted.map((parameter) => (
        <ParameterRow
          key={parameter.name}
          parameter={parameter}
          source={sourceOf(parameter.name)}
          onChange={(value) => onChange(parameter.name, value)}
          onReset={() => onChange(parameter.name, null)}
        />
      ))}
    </ul>
  );
}
