import { useState } from 'react';
import type { Alert } from '../../../shared/model/alert.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { coreNowMs, useNowMs } from '../../ui/clock.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { formatAge, formatExact } from '../../ui/format.ts';
import { SilencePreview } from './SilencePreview.tsx';
import { capital, type SilenceForm, type SilenceSpan, scopeSentence, silenceEndMs, silenceFieldsOf, silenceFormOf, silenceScopeOf } from './silenceForm.ts';

const spans: readonly { value: SilenceSpan; label: string }[] = [
  { value: '1h', label: '1 hour' },
  { value: '4h', label: '4 hours' },
  { value: 'morning', label: 'until morning' },
  { value: 'custom', label: 'until…' },
];

const words = (text: string) => [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];

interface SilenceDialogProps {
  /** What to begin with; none: a silence from nothing. */
  alerts: readonly Alert[];
  onClose(): void;
  onDone?: () => void;
}

/** Silences something for a while, and says what beforehand. */
export function SilenceDialog({ alerts, onClose, onDone }: SilenceDialogProps) {
  const [form, setForm] = useState<SilenceForm>(() => silenceFormOf(alerts, coreNowMs()));
  const [rules, setRules] = useState(form.rules.join(', '));
  const [subjects, setSubjects] = useState(form.subjects.join(', '));
  const now = useNowMs();
  const change = (changes: Partial<SilenceForm>) => setForm((before) => ({ ...before, ...changes }));
  const add = useAction(client.alerts.silences.add, () => {
    onDone?.();
    onClose();
  });
  const end = silenceEndMs(form, now);
  const fields = silenceFieldsOf(form, now);
  const send = () => {
    const last = silenceFieldsOf(form, coreNowMs());
    if (last !== null && last.reason.length >= 3) void add.run({ fields: last });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={send}
      title={alerts.length > 1 ? `Silence ${alerts.length} alerts` : 'Silence'}
      description="Nothing of it is told until then. It is judged all the same, and told when the silence ends while it is still so."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.busy} disabled={fields === null || form.reason.trim().length < 3}>
            Silence it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <div>
          <p className="mb-1 text-sm font-medium text-muted">For how long</p>
          <div role="group" aria-label="For how long" className="flex flex-wrap items-center gap-1.5">
            {spans.map(({ value, label }) => (
              <Chip key={value} on={form.span === value} onClick={() => change({ span: value })}>
                {label}
              </Chip>
            ))}
            {form.span === 'custom' && (
              <Input type="datetime-local" aria-label="Until" className="w-52" value={form.until} onChange={(event) => change({ until: event.target.value })} />
            )}
          </div>
        </div>
        <div className="grid grid-cols-2 gap-3">
          <Field label="Causes or rules" hint="empty: whatever it is">
            {(field) => (
              <Input
                {...field}
                className="font-mono"
                value={rules}
                placeholder="disk-full"
                onChange={(event) => {
                  setRules(event.target.value);
                  change({ rules: words(event.target.value) });
                }}
              />
            )}
          </Field>
          <Field label="Servers" hint="names, env:, group:, tag:; empty: all">
            {(field) => (
              <Input
                {...field}
                className="font-mono"
                value={form.selector}
                placeholder="gpu-eu-01"
                onChange={(event) => change({ selector: event.target.value })}
              />
            )}
          </Field>
          <Field label="Only these subjects" className="col-span-2" hint="such as disk:/data or gpu:GPU-4a…; empty: everything there">
            {(field) => (
              <Input
                {...field}
                className="font-mono"
                value={subjects}
                onChange={(event) => {
                  setSubjects(event.target.value);
                  change({ subjects: words(event.target.value) });
                }}
              />
            )}
          </Field>
        </div>
        <Field label="Why" hint="shown beside whatever it holds">
          {(field) => (
            <Input
              {...field}
              autoFocus
              maxLength={500}
              value={form.reason}
              placeholder="a new disk comes at noon"
              onChange={(event) => change({ reason: event.target.value })}
            />
          )}
        </Field>
        <p aria-live="polite" className="rounded bg-raised px-3 py-2">
          {fields === null || end === null ? (
            <span className="text-warn">
              {end === null ? 'It needs an end that is still to come.' : 'Say what is to be silent: causes, servers or subjects.'}
            </span>
          ) : (
            <>
              <b className="font-semibold">{capital(scopeSentence(form))}</b> is silent until {formatExact(end)}, for {formatAge(end - now + 500)}.{' '}
              <SilencePreview scope={silenceScopeOf(form)} />
            </>
          )}
        </p>
        {add.error && <ErrorPanel error={add.error} />}
      </div>
    </Dialog>
  );
}
