import { Field } from '../../../ui/Field.tsx';
import { Select } from '../../../ui/Select.tsx';
import { StrategyField } from '../../targets/StrategyField.tsx';
import type { DeployDraft } from './deployDraft.ts';

const failures = ['0', '1', '2', '3', '5', '10'];
const soaks = [
  { value: 'settings', label: 'as the settings say' },
  { value: '0', label: 'not at all' },
  { value: '60', label: '1 min' },
  { value: '300', label: '5 min' },
  { value: '1800', label: '30 min' },
  { value: '7200', label: '2 h' },
];

interface OrderFieldsProps {
  draft: Pick<DeployDraft, 'order' | 'failures' | 'soakS'>;
  /** There is more than one server. */
  several: boolean;
  onDraft(changes: Partial<DeployDraft>): void;
}

/** In which order servers follow each other, how many may fail, and for how long each is watched. */
export function OrderFields({ draft, several, onDraft }: OrderFieldsProps) {
  const soak = draft.soakS === null ? 'settings' : String(draft.soakS);
  return (
    <div className="grid w-80 grid-cols-2 gap-x-4 gap-y-3">
      <div className="col-span-2">
        <StrategyField value={draft.order} onChange={(order) => onDraft({ order })} />
      </div>
      <Field label="Servers that may fail">
        {(field) => (
          <Select
            {...field}
            field
            disabled={!several}
            value={String(draft.failures ?? 0)}
            options={failures.map((value) => ({ value, label: value === '0' ? 'none' : `${value} ${value === '1' ? 'server' : 'servers'}` }))}
            onChange={(value) => onDraft({ failures: value === '0' ? null : Number(value) })}
          />
        )}
      </Field>
      <Field label="Watched after its gates">
        {(field) => (
          <Select
            {...field}
            field
            value={soak}
            options={soaks.some(({ value }) => value === soak) ? soaks : [...soaks, { value: soak, label: `${soak} s` }]}
            onChange={(value) => onDraft({ soakS: value === 'settings' ? null : Number(value) })}
          />
        )}
      </Field>
    </div>
  );
}
