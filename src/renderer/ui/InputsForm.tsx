import { useId } from 'react';
import type { InputDefinition } from '../../shared/model/inputDefinition.ts';
import { inputProblem } from '../../shared/model/inputValues.ts';
import { Checkbox } from './Checkbox.tsx';
import { Field, Input } from './Field.tsx';
import { Select } from './Select.tsx';

interface InputsFormProps {
  definitions: readonly InputDefinition[];
  /** Values that differ from the defaults. */
  values: Readonly<Record<string, string>>;
  onChange(values: Record<string, string>): void;
  /** What can be given, by input: names of what is there for a stack, a server or a secret, and suggestions for the others. */
  offers?: Readonly<Record<string, readonly string[]>>;
}

/** The value that counts: what was given, else the default, else nothing. */
export function effectiveValue(definition: InputDefinition, values: Readonly<Record<string, string>>): string {
  return values[definition.name] ?? definition.default ?? '';
}

/** What is wrong with the value of an input; null when it may go. An empty value may go where the default is empty. */
export function problemOf(definition: InputDefinition, values: Readonly<Record<string, string>>): string | null {
  const value = effectiveValue(definition, values);
  if (value === '') return definition.default === '' ? null : 'needs a value';
  return inputProblem(definition, value);
}

/** What one has to choose from; null: it is typed. */
function choicesOf(definition: InputDefinition, offers: Readonly<Record<string, readonly string[]>>): readonly string[] | null {
  if (definition.type === 'choice') return definition.choices ?? [];
  const offered = offers[definition.name];
  return ['stack', 'server', 'secret'].includes(definition.type) && offered !== undefined && offered.length > 0 ? offered : null;
}

/** A form for the inputs of a workflow or the parameters of a stack. Problems are said beside their field once it was touched. */
export function InputsForm({ definitions, values, onChange, offers = {} }: InputsFormProps) {
  const place = useId();
  const set = (name: string, value: string) => onChange({ ...values, [name]: value });
  return (
    <div className="grid max-w-[760px] grid-cols-2 gap-x-5 gap-y-3.5">
      {definitions.map((definition) => {
        const value = effectiveValue(definition, values);
        if (definition.type === 'boolean') {
          return (
            <Checkbox key={definition.name} checked={value === 'true'} onChange={(on) => set(definition.name, String(on))} className="col-span-2">
              {definition.title}
              {definition.help && <span className="block text-sm text-faint">{definition.help}</span>}
            </Checkbox>
          );
        }
        const error = definition.name in values ? problemOf(definition, values) : null;
        const hint = definition.help ?? (definition.default ? `Usually ${definition.default}` : undefined);
        return (
          <Field
            key={definition.name}
            label={definition.type === 'size-mib' ? `${definition.title} (MiB)` : definition.title}
            hint={hint}
            error={error}
            className={definition.type === 'public-key' ? 'col-span-2' : 'col-span-1'}
          >
            {(field) =>
              choicesOf(definition, offers) !== null ? (
                <Select
                  {...field}
                  value={value}
                  field
                  options={[...(value === '' ? [''] : []), ...(choicesOf(definition, offers) ?? [])].map((choice) => ({
                    value: choice,
                    label: choice || 'choose',
                  }))}
                  onChange={(choice) => set(definition.name, choice)}
                />
              ) : (
                <Input
                  list={definition.name in offers ? `${place}-${definition.name}` : undefined}
                  {...field}
                  value={value}
                  inputMode={definition.type === 'number' || definition.type === 'size-mib' || definition.type === 'port' ? 'numeric' : 'text'}
                  className={definition.type === 'text' ? '' : 'font-mono'}
                  placeholder={definition.default === undefined ? 'Needed' : ''}
                  onChange={(event) => set(definition.name, event.target.value)}
                />
              )
            }
          </Field>
        );
      })}
      {Object.entries(offers).map(([name, offered]) => (
        <datalist key={name} id={`${place}-${name}`}>
          {offered.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      ))}
    </div>
  );
}
