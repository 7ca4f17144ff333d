import type { Settings } from '../../../shared/contract/settings.ts';
import { useChangeSettings } from '../../app/settings.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { TextSetting } from './TextSetting.tsx';

const paces = { production: 5, staging: 15, development: 30 } satisfies NonNullable<Settings['healthIntervalS']>;
const kept = { rawDays: 3, minuteDays: 7, tenMinuteDays: 90 } satisfies NonNullable<Settings['keptReadings']>;

const environments = [
  ['production', 'Seconds between looks, production'],
  ['staging', 'Seconds between looks, staging'],
  ['development', 'Seconds between looks, development'],
] as const;
const spans = [
  ['rawDays', 'Days kept as measured', 30],
  ['minuteDays', 'Days kept by minutes', 180],
  ['tenMinuteDays', 'Days kept by ten minutes', 1100],
] as const;

/** How often servers are read while nobody watches them, and how long what was measured is kept. */
export function HealthSection({ settings }: { settings: Settings }) {
  const change = useChangeSettings();
  const intervals = settings.healthIntervalS ?? paces;
  const days = settings.keptReadings ?? kept;
  return (
    <Section title="Health in the background">
      <div className="grid grid-cols-3 gap-x-5 gap-y-3.5 pt-2">
        {environments.map(([environment, label]) => (
          <TextSetting
            key={environment}
            label={label}
            hint="0: not read"
            value={String(intervals[environment])}
            numeric={{ min: 0, max: 60 }}
            onSave={(value) => change.mutate({ healthIntervalS: { ...intervals, [environment]: Number(value) } })}
          />
        ))}
        {spans.map(([span, label, max]) => (
          <TextSetting
            key={span}
            label={label}
            value={String(days[span])}
            numeric={{ min: 1, max }}
            onSave={(value) => change.mutate({ keptReadings: { ...days, [span]: Number(value) } })}
          />
        ))}
      </div>
      {change.error && <ErrorPanel error={toSerializedError(change.error)} />}
    </Section>
  );
}
