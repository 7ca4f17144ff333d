import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

interface KeySelectProps {
  label: string;
  hint?: string;
  /** Path of the key that is chosen; empty: none. */
  value: string;
  /** Left out: the key that it is about. */
  without?: string;
  onChange(path: string): void;
}

/** Chooses a key of this computer. */
export function KeySelect({ label, hint, value, without, onChange }: KeySelectProps) {
  const local = useQuery(orpc.keys.list.queryOptions({ input: {} }));
  if (local.isPending) return <SkeletonRows count={1} label="Loading keys" />;
  if (local.error) return <ErrorPanel error={toSerializedError(local.error)} />;
  const keys = local.data.keys.filter(({ fingerprint }) => fingerprint !== without);
  const options = [
    { value: '', label: keys.length === 0 ? 'none is here: make one in the settings' : 'choose a key' },
    ...keys.map(({ name, path, type }) => ({ value: path, label: `${name} (${type})` })),
  ];
  return (
    <Field label={label} hint={hint}>
      {(field) => <Select<string> {...field} field value={value} options={options} onChange={onChange} />}
    </Field>
  );
}
