import { useId } from 'react';
import type { StackSecret } from '../../../../shared/model/stackDefinition.ts';
import { Input } from '../../../ui/Field.tsx';
import { Select } from '../../../ui/Select.tsx';

interface SecretTableProps {
  secrets: readonly StackSecret[];
  /** Values that are given with this deploy, by name; they are nowhere else. */
  values: Readonly<Record<string, string>>;
  onChange(name: string, value: string | null): void;
}

function SecretRow({ secret, value, onChange }: { secret: StackSecret; value: string | undefined; onChange(value: string | null): void }) {
  const id = useId();
  const wrong = secret.urlSafe && value !== undefined && !/^[A-Za-z0-9._~-]*$/.test(value);
  return (
    <li className="grid grid-cols-[minmax(0,1.4fr)_minmax(160px,1fr)_minmax(120px,0.8fr)] items-start gap-x-4 border-b border-hairline px-2 py-1.5">
      <div className="min-w-0 pt-1">
        <label htmlFor={id} className="font-medium">
          {secret.title}
        </label>{' '}
        <code className="font-mono text-xs text-faint">{secret.name}</code>
        {secret.usedBy.length > 0 && <p className="text-sm text-muted">{secret.usedBy.join(', ')}</p>}
      </div>
      {value === undefined ? (
        <Select
          id={id}
          field
          value="kept"
          options={[
            { value: 'kept', label: secret.given ? 'kept, else empty' : 'kept, else generated' },
            { value: 'given', label: 'give a value' },
          ]}
          onChange={(choice) => choice === 'given' && onChange('')}
        />
      ) : (
        <Input
          id={id}
          type="password"
          autoFocus
          value={value}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-about`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <div id={`${id}-about`} className="flex min-h-7 items-center gap-2 text-sm">
        {value === undefined ? (
          <span className={secret.given ? 'text-warn' : 'text-faint'}>{secret.given ? 'cannot be made up' : 'nobody has to know it'}</span>
        ) : (
          <>
            <span className={wrong ? 'text-bad' : 'text-accent'}>
              {wrong ? 'only letters, digits and . _ ~ -' : value === '' ? 'needs a value' : 'given here'}
            </span>
            <button type="button" className="ml-auto text-faint hover:text-text" onClick={() => onChange(null)}>
              keep instead
            </button>
          </>
        )}
      </div>
    </li>
  );
}

/** Secrets of a stack: kept from the release before, generated, or given here. They stay in this window until the deploy begins. */
export function SecretTable({ secrets, values, onChange }: SecretTableProps) {
  return (
    <ul aria-label="Secrets">
      {secrets.map((secret) => (
        <SecretRow key={secret.name} secret={secret} value={values[secret.name]} onChange={(value) => onChange(secret.name, value)} />
      ))}
    </ul>
  );
}
