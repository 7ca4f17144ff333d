import type { ReactNode } from 'react';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import type { ChannelForm } from './channelForm.ts';

interface MailFieldsProps {
  form: ChannelForm;
  problemOf(name: string, value: string): string | null;
  onChange(changes: Partial<ChannelForm>): void;
  /** Its password, beside the user. */
  children: ReactNode;
}

const securities = [
  { value: 'starttls', label: 'STARTTLS, never without' },
  { value: 'tls', label: 'TLS from the first byte' },
  { value: 'none', label: 'none, only to this computer' },
] as const;

/** The mail server, and who is written to. */
export function MailFields({ form, problemOf, onChange, children }: MailFieldsProps) {
  const input = (name: 'host' | 'port' | 'user' | 'from' | 'to', label: string, placeholder: string, wide = false) => (
    <Field label={label} error={problemOf(name, form[name])} className={wide ? 'col-span-2' : ''}>
      {(field) => <Input {...field} value={form[name]} placeholder={placeholder} onChange={(event) => onChange({ [name]: event.target.value })} />}
    </Field>
  );
  return (
    <>
      {input('host', 'Mail server', 'smtp.example.com')}
      {input('port', 'Port', '587')}
      <Field label="Security">
        {(field) => (
          <Select<ChannelForm['security']> {...field} field value={form.security} options={securities} onChange={(security) => onChange({ security })} />
        )}
      </Field>
      {input('user', 'User, where it wants one', 'pilothouse')}
      {children}
      {input('from', 'From', 'pilothouse@example.com')}
      {input('to', 'To', 'oncall@example.com, lead@example.com', true)}
    </>
  );
}
