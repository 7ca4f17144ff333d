import type { Settings } from '../../../shared/contract/settings.ts';
import { useChangeSettings } from '../../app/settings.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextSetting } from './TextSetting.tsx';

type Cursor = NonNullable<Settings['terminalCursor']>;
type Theme = NonNullable<Settings['terminalTheme']>;

/** How terminals look, and how much of them is kept. */
export function TerminalsSection({ settings }: { settings: Settings }) {
  const change = useChangeSettings();
  return (
    <Section title="Terminals">
      <div className="grid grid-cols-2 gap-x-5 gap-y-3.5 pt-2">
        <TextSetting
          label="Terminal font size"
          hint="In px"
          value={String(settings.terminalFontSizePx)}
          numeric={{ min: 8, max: 32 }}
          onSave={(value) => change.mutate({ terminalFontSizePx: Number(value) })}
        />
        <TextSetting
          label="Terminal font"
          hint="A face of this computer; empty for JetBrains Mono"
          value={settings.terminalFontFamily ?? ''}
          pattern={{ test: /^[\p{L}\p{N} _-]{0,60}$/u, says: 'Letters, digits and spaces, as the face is called' }}
          onSave={(terminalFontFamily) => change.mutate({ terminalFontFamily })}
        />
        <Field label="Colours of terminals">
          {(field) => (
            <Select<Theme>
              {...field}
              field
              value={settings.terminalTheme ?? 'app'}
              options={[
                { value: 'app', label: 'as the app' },
                { value: 'dark', label: 'always dark' },
                { value: 'light', label: 'always light' },
              ]}
              onChange={(terminalTheme) => change.mutate({ terminalTheme })}
            />
          )}
        </Field>
        <Field label="Cursor">
          {(field) => (
            <Select<Cursor>
              {...field}
              field
              value={settings.terminalCursor ?? 'block'}
              options={[
                { value: 'block', label: 'block' },
                { value: 'bar', label: 'bar' },
                { value: 'underline', label: 'underline' },
              ]}
              onChange={(terminalCursor) => change.mutate({ terminalCursor })}
            />
          )}
        </Field>
        <TextSetting
          label="Terminal scrollback"
          hint="Lines kept in a pane"
          value={String(settings.terminalScrollback)}
          numeric={{ min: 100, max: 100_000 }}
          onSave={(value) => change.mutate({ terminalScrollback: Number(value) })}
        />
        <Checkbox
          checked={settings.terminalCursorBlink ?? false}
          onChange={(terminalCursorBlink) => change.mutate({ terminalCursorBlink })}
          className="self-center"
        >
          The cursor blinks
        </Checkbox>
      </div>
      {change.error && <ErrorPanel error={toSerializedError(change.error)} />}
    </Section>
  );
}
