import type { Strategy } from '../../../shared/model/operation.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';

/** The ways that targets can follow each other, by name. */
export const strategies = {
  all: { kind: 'all', concurrency: 32 },
  'one-by-one': { kind: 'rolling', size: 1 },
  canary: { kind: 'canary', size: 1, concurrency: 4 },
} satisfies Record<string, Strategy>;
export type StrategyName = keyof typeof strategies;

/** In which order servers follow each other. */
export function StrategyField({ value, onChange }: { value: StrategyName; onChange(value: StrategyName): void }) {
  return (
    <Field label="Order" className="w-80">
      {(field) => (
        <Select<StrategyName>
          {...field}
          value={value}
          field
          options={[
            { value: 'canary', label: 'One first, then four at a time' },
            { value: 'one-by-one', label: 'One after the other' },
            { value: 'all', label: 'All at once' },
          ]}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
