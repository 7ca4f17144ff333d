import { useQuery } from '@tanstack/react-query';
import type { Settings } from '../../../shared/contract/settings.ts';
import { useChangeSettings, useSettings } from '../../app/settings.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field } from '../../ui/Field.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { LocalKeysSection } from '../access/LocalKeysSection.tsx';
import { IdentitySection } from '../identity/IdentitySection.tsx';
import { HealthSection } from './HealthSection.tsx';
import { SecretsSection } from './SecretsSection.tsx';
import { TerminalsSection } from './TerminalsSection.tsx';
import { TextSetting } from './TextSetting.tsx';

function Preferences({ settings }: { settings: Settings }) {
  const change = useChangeSettings();
  return (
    <>
      <Section title="Appearance">
        <div className="grid grid-cols-2 gap-x-5 gap-y-3.5 pt-2">
          <Field label="Theme">
            {(field) => (
              <Select<Settings['theme']>
                {...field}
                field
                value={settings.theme}
                options={[
                  { value: 'system', label: 'as the system' },
                  { value: 'light', label: 'light' },
                  { value: 'dark', label: 'dark' },
                ]}
                onChange={(theme) => change.mutate({ theme })}
              />
            )}
          </Field>
          <Field label="Rows">
            {(field) => (
              <Select<Settings['density']>
                {...field}
                field
                value={settings.density}
                options={[
                  { value: 'compact', label: 'compact, 32 px' },
                  { value: 'comfortable', label: 'comfortable, 40 px' },
                ]}
                onChange={(density) => change.mutate({ density })}
              />
            )}
          </Field>
        </div>
      </Section>
      <TerminalsSection settings={settings} />
      <Section title="You and your servers">
        <div className="grid grid-cols-2 gap-x-5 gap-y-3.5 pt-2">
          <TextSetting
            label="Display name"
            hint="Stands in the record of everything you start"
            value={settings.displayName}
            onSave={(displayName) => change.mutate({ displayName })}
          />
          <TextSetting
            label="Seconds between readings"
            hint="Load, memory, disk and GPU figures"
            value={String(settings.vitalsIntervalS)}
            numeric={{ min: 2, max: 600 }}
            onSave={(value) => change.mutate({ vitalsIntervalS: Number(value) })}
          />
          <Checkbox checked={settings.notifyWhenFinished} onChange={(notifyWhenFinished) => change.mutate({ notifyWhenFinished })} className="col-span-2">
            Say when an operation has finished
          </Checkbox>
        </div>
      </Section>
      <HealthSection settings={settings} />
      {change.error && <ErrorPanel error={toSerializedError(change.error)} />}
    </>
  );
}

function About() {
  const hello = useQuery(orpc.system.hello.queryOptions({ input: {} }));
  if (!hello.data) return <SkeletonRows count={2} label="Asking the core" />;
  return (
    <KeyValue
      className="pt-2"
      rows={[
        ['Version', hello.data.version],
        [
          'Data',
          <span key="data" className="inline-flex items-center gap-1">
            <code className="font-mono text-sm">{hello.data.dataDirectory}</code>
            <CopyButton compact label="Copy path" text={hello.data.dataDirectory} />
          </span>,
        ],
        [
          'Core',
          <span key="core">
            process {hello.data.pid}, started <RelativeTime atMs={hello.data.startedAtMs} suffix=" ago" />
          </span>,
        ],
        ['SSH agent', hello.data.sshAgent ? 'answers' : 'none'],
      ]}
    />
  );
}

/** Preferences, the names of secrets, and what this is. */
export function SettingsScreen() {
  const settings = useSettings();
  const secrets = useQuery(orpc.secrets.list.queryOptions({ input: {} }));
  const hello = useQuery(orpc.system.hello.queryOptions({ input: {} }));
  const keys = useQuery(orpc.keys.list.queryOptions({ input: {} }));
  const people = useQuery(orpc.identity.people.queryOptions({ input: {} }));
  // The parts follow each other: none is shown before the length of those above it is known.
  const pending = settings.isPending || keys.isPending || secrets.isPending || people.isPending || hello.isPending;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Settings">
        <span>Of this data directory; saved at once</span>
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        <div className="flex max-w-[760px] flex-col gap-6">
          {pending && <SkeletonRows count={8} label="Loading settings" />}
          {settings.error && (
            <ErrorPanel error={toSerializedError(settings.error)} actions={<Button onClick={() => void settings.refetch()}>Try again</Button>} />
          )}
          {!pending && settings.data && <Preferences settings={settings.data} />}
          {!pending && <LocalKeysSection />}
          {!pending && <IdentitySection />}
          {!pending && <SecretsSection />}
          {!pending && (
            <Section title="About">
              <About />
            </Section>
          )}
        </div>
      </div>
    </div>
  );
}
