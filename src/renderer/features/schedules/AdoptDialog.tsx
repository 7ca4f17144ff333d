import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isTimeZone, recurrenceText } from '../../../shared/model/recurrence.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

/** Takes over a set of schedules that is shipped. */
export function AdoptDialog({ onClose }: { onClose(): void }) {
  const sets = useQuery(orpc.schedules.sets.queryOptions({ input: {} }));
  const [selector, setSelector] = useState('');
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const adopt = useAction(client.schedules.adopt, onClose);
  const set = sets.data?.sets[0];
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => set && void adopt.run({ set: set.id, selector: selector.trim(), zone })}
      title="Take over a maintenance schedule"
      description="What a workflow does is due on the servers that you name; the rest are reminders. What is there by name stays as it is."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={adopt.busy} disabled={set === undefined || selector.trim() === '' || !isTimeZone(zone)}>
            Take over
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3 pb-2">
        <Field label="On which servers" hint="where a workflow does it; names, env:, group:, role:, tag:">
          {(field) => (
            <Input
              {...field}
              autoFocus
              className="font-mono"
              value={selector}
              placeholder="group:banksight"
              onChange={(event) => setSelector(event.target.value)}
            />
          )}
        </Field>
        <Field label="Time zone" error={isTimeZone(zone) ? null : 'a time zone like Europe/Berlin'}>
          {(field) => <Input {...field} value={zone} onChange={(event) => setZone(event.target.value)} />}
        </Field>
        <div className="col-span-2 min-h-[480px]">
          {set && <p className="pb-2 text-muted">{set.summary}</p>}
          {sets.isPending && <SkeletonRows count={4} label="Loading the sets" />}
          {sets.error && <ErrorPanel error={toSerializedError(sets.error)} />}
          <ul>
            {set?.schedules.map((each) => (
              <li key={each.name} className="grid grid-cols-[minmax(0,1fr)_64px] gap-x-3 border-b border-hairline py-1">
                <span className="min-w-0">
                  <span className="block font-medium">{each.title}</span>
                  <span className="block text-sm text-muted">{recurrenceText({ ...each.recurrence, zone })}</span>
                </span>
                <span className="text-right text-faint">{each.workflow === undefined ? 'reminder' : `${each.downtimeMinutes ?? 0} min`}</span>
              </li>
            ))}
          </ul>
          {adopt.error && <ErrorPanel error={adopt.error} />}
        </div>
      </div>
    </Dialog>
  );
}
