import { incidentsStore, useStateStream } from '../../client/streams.ts';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';

/** Nothing, a new incident, or the number of an open one. */
export type IncidentChoice = 'none' | 'new' | (string & {});

interface IncidentFieldProps {
  value: IncidentChoice;
  onChange(value: IncidentChoice): void;
  /** Title of a new one. */
  title: string;
  onTitle(title: string): void;
}

/** For which incident something is done; evidence of its servers is kept before it. */
export function IncidentField({ value, onChange, title, onTitle }: IncidentFieldProps) {
  const { list } = useStateStream(incidentsStore);
  const open = list.filter(({ id, closedAtMs }) => closedAtMs === null || id === value);
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Field label="Incident" className="w-80" hint={value === 'none' ? undefined : 'Evidence is kept before the first step; the run stands in its timeline.'}>
        {(field) => (
          <Select<string>
            {...field}
            field
            value={value}
            options={[
              { value: 'none', label: 'None' },
              { value: 'new', label: 'Open one for this run' },
              ...open.map((incident) => ({ value: incident.id, label: `${incident.id} ${incident.title}` })),
            ]}
            onChange={onChange}
          />
        )}
      </Field>
      {value === 'new' && (
        <Field label="What is wrong" className="min-w-56 flex-1">
          {(field) => <Input {...field} maxLength={200} value={title} onChange={(event) => onTitle(event.target.value)} />}
        </Field>
      )}
    </div>
  );
}
