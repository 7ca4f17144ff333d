import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { alertSeverities } from '../../../shared/model/alertRule.ts';
import type { AlertTimesView } from '../../../shared/model/alertTimes.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { isSameTimes, readTimes, type TimesForm, timesFormOf, timesProblem } from './timesForm.ts';

const columns = { level2: 'Level 2 after', level3: 'Level 3 after', repeat: 'Told again every' } as const;
type Column = keyof typeof columns;
const fields = Object.keys(columns) as Column[];
type Calls = Pick<typeof client.alerts.times, 'show' | 'save'>;

/** When the next level is told of an alert that nobody acknowledged, and when it is told again. */
export function TimesSection({ calls = client.alerts.times }: { calls?: Calls }) {
  const times = useQuery({ ...orpc.alerts.times.show.queryOptions({ input: {} }), queryFn: ({ signal }) => calls.show({}, { signal }) });
  return (
    <Section title="Levels and reminders">
      <p className="max-w-[90ch] pb-2 text-muted">
        Level 1 is whoever is on call, 2 the team lead, 3 management. An alert that nobody acknowledged goes on to the next. A field like 30 min or 2 h; empty:
        never.
      </p>
      <div className="-mx-4">
        <Loaded query={times} label="Loading the times" rows={3}>
          {(view) => <TimesTable key={JSON.stringify(view.times)} view={view} save={calls.save} />}
        </Loaded>
      </div>
    </Section>
  );
}

function TimesTable({ view, save: call }: { view: AlertTimesView; save: Calls['save'] }) {
  const [form, setForm] = useState<TimesForm>(() => timesFormOf(view.times));
  const queries = useQueryClient();
  const save = useAction(call, () => void queries.invalidateQueries({ queryKey: orpc.alerts.times.key() }));
  const times = readTimes(form);
  const problem = timesProblem(form);
  const isChanged = times !== null && !isSameTimes(times, view.times);
  return (
    <form
      className="flex flex-col gap-3 px-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (times !== null && isChanged) void save.run({ times });
      }}
    >
      <table aria-label="Levels and reminders" className="max-w-[700px] border-separate border-spacing-x-3 border-spacing-y-1 text-left">
        <thead>
          <tr className="text-sm text-muted">
            <th className="font-medium">Severity</th>
            {fields.map((field) => (
              <th key={field} className="font-medium">
                {columns[field]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {alertSeverities.toReversed().map((severity) => (
            <tr key={severity}>
              <th scope="row" className="font-medium">
                {severity}
              </th>
              {fields.map((field) => (
                <td key={field}>
                  <Input
                    aria-label={`${severity}: ${columns[field]}`}
                    placeholder="never"
                    className="w-32"
                    aria-invalid={problem?.severity === severity && problem.field === field ? true : undefined}
                    value={form[severity][field]}
                    onChange={(event) => setForm({ ...form, [severity]: { ...form[severity], [field]: event.target.value } })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" busy={save.busy} disabled={!isChanged}>
          Save
        </Button>
        <Button disabled={view.changedBy === null} onClick={() => void save.run({ times: null })}>
          Usual times
        </Button>
        <span role="status" className={problem === null ? 'text-muted' : 'text-warn'}>
          {problem !== null ? (
            problem.message
          ) : view.changedBy === null || view.changedAtMs === null ? (
            'these are the usual times'
          ) : (
            <>
              changed by {view.changedBy} <RelativeTime atMs={view.changedAtMs} suffix=" ago" />
            </>
          )}
        </span>
      </div>
      {save.error && (
        <div className="max-w-[760px]">
          <ErrorPanel error={save.error} />
        </div>
      )}
    </form>
  );
}
