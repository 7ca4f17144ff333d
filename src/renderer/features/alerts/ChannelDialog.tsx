import { useState } from 'react';
import { type AlertChannel, type ChannelKind, usualSeverities } from '../../../shared/model/alertChannel.ts';
import type { AlertSeverity } from '../../../shared/model/alertRule.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { type ChannelForm, channelFormOf, channelKinds, kindSecrets, readChannelForm } from './channelForm.ts';
import { MailFields } from './MailFields.tsx';

const severities: readonly AlertSeverity[] = ['critical', 'warning', 'advice'];
const levels = [
  { value: '1', label: '1, somebody on call' },
  { value: '2', label: '2, the team lead' },
  { value: '3', label: '3, management' },
] as const;

interface ChannelDialogProps {
  /** Null: a new one. */
  channel: AlertChannel | null;
  onClose(): void;
  onDone(): void;
}

/** Where alerts are told. Secrets go in and never come back. */
export function ChannelDialog({ channel, onClose, onDone }: ChannelDialogProps) {
  const [form, setForm] = useState<ChannelForm>(() => channelFormOf(channel));
  const [tried, setTried] = useState(false);
  const change = (changes: Partial<ChannelForm>) => setForm((before) => ({ ...before, ...changes }));
  const has = channel?.fields.kind === form.kind ? channel.has : [];
  const { fields, secrets, problems } = readChannelForm(form, has);
  const save = useAction(client.alerts.channels.save, () => {
    onDone();
    onClose();
  });
  const send = () => {
    setTried(true);
    if (fields !== null) void save.run({ ...(channel !== null && { id: channel.id }), fields, secrets });
  };
  const problemOf = (name: string, value: string) => (tried || value !== '' ? (problems[name] ?? null) : null);
  const secretFields = kindSecrets[form.kind].map(({ secret, label, hint }) => (
    <Field
      key={secret}
      label={label}
      className={form.kind === 'email' ? '' : 'col-span-2'}
      hint={has.includes(secret) ? 'kept as it is unless you type another' : hint}
      error={problemOf(secret, form.secrets[secret])}
    >
      {(field) => (
        <Input
          {...field}
          type="password"
          autoComplete="new-password"
          className="font-mono"
          value={form.secrets[secret]}
          placeholder={has.includes(secret) ? '••••••••' : ''}
          onChange={(event) => change({ secrets: { ...form.secrets, [secret]: event.target.value } })}
        />
      )}
    </Field>
  ));
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={send}
      title={channel === null ? 'New channel' : `Change ${channel.fields.name}`}
      description="Told at least once, each alert by one key. What fails is tried again, longer after each failure, and stands with the alert."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={save.busy}>
            {channel === null ? 'Add' : 'Save'}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3 pb-2">
        <Field label="Kind">
          {(field) => (
            <Select<ChannelKind>
              {...field}
              field
              value={form.kind}
              disabled={channel !== null}
              options={Object.entries(channelKinds).map(([value, label]) => ({ value: value as ChannelKind, label }))}
              onChange={(kind) => change({ kind, severities: usualSeverities[kind] })}
            />
          )}
        </Field>
        <Field label="Name" error={problemOf('name', form.name)}>
          {(field) => <Input {...field} autoFocus value={form.name} placeholder="ops-chat" onChange={(event) => change({ name: event.target.value })} />}
        </Field>
        {form.kind === 'email' ? (
          <MailFields form={form} problemOf={problemOf} onChange={change}>
            {secretFields}
          </MailFields>
        ) : (
          secretFields
        )}
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium text-muted">Told of</legend>
          {severities.map((severity) => (
            <Checkbox
              key={severity}
              checked={form.severities.includes(severity)}
              onChange={(on) => change({ severities: severities.filter((each) => (each === severity ? on : form.severities.includes(each))) })}
            >
              {severity}
            </Checkbox>
          ))}
          {form.severities.length === 0 && <p className="text-sm text-bad">one at least</p>}
        </fieldset>
        <div className="flex flex-col gap-3">
          <Field label="From level">
            {(field) => (
              <Select<'1' | '2' | '3'>
                {...field}
                field
                value={String(form.fromLevel) as '1'}
                options={levels}
                onChange={(level) => change({ fromLevel: Number(level) as 1 | 2 | 3 })}
              />
            )}
          </Field>
          <Checkbox checked={form.chatty} onChange={(chatty) => change({ chatty })}>
            Reminders, easing and acknowledgement, too
          </Checkbox>
          <Checkbox checked={form.enabled} onChange={(enabled) => change({ enabled })}>
            On
          </Checkbox>
        </div>
        {save.error && (
          <div className="col-span-2">
            <ErrorPanel error={save.error} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
