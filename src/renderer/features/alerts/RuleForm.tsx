import type { AlertHours, AlertRule, AlertSeverity } from '../../../shared/model/alertRule.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { FigureField } from './FigureField.tsx';
import { figureText, metricWords, valueOfFigure, valueText } from './metricWords.ts';
import { type FigurePath, readSpan } from './ruleText.ts';
import { comparatorWords, severityMeanings, spanText, watchText } from './ruleWords.ts';

interface RuleFormProps {
  rule: AlertRule;
  /** As it was saved last; null: never. */
  saved: AlertRule | null;
  hours: readonly AlertHours[];
  onFigure(path: FigurePath, value: string | number | undefined): void;
}

const policies = [
  { value: 'keep', label: 'an alert stays as it is' },
  { value: 'resolve', label: 'an alert is over' },
] as const;

/** Figures of a rule; everything else of it is in its text. */
export function RuleForm({ rule, saved, hours, onFigure }: RuleFormProps) {
  const words = metricWords(rule.metric, rule.on);
  const wasValue = (now: number | undefined, then: number | undefined) =>
    saved === null || now === then ? null : then === undefined ? 'not given' : valueText(words, then);
  const wasSpan = (now: number, then: number | undefined) => (then === undefined || now === then ? null : spanText(then));
  const equal = rule.comparator === '==' || rule.comparator === '!=';
  const figure = {
    textOf: (value: number) => figureText(words, value),
    read: (text: string) => valueOfFigure(words, text),
    wanted: 'a number',
    unit: words.unit,
  };
  const span = { textOf: spanText, read: readSpan, wanted: 'a time like 90 s, 5 min or 2 h' };
  return (
    <div className="grid grid-cols-2 gap-3">
      <p className="col-span-2 border-b border-hairline pb-2 text-muted">
        {watchText(rule)} <code className="font-mono text-sm text-faint">{rule.metric}</code>
      </p>
      <FigureField
        label={`Bad when it is ${comparatorWords[rule.comparator].replace(/^is ?/, '') || 'exactly'}`}
        figure={rule.value}
        was={wasValue(rule.value, saved?.value)}
        onFigure={(value) => onFigure(['value'], value)}
        {...figure}
      />
      <FigureField
        label="for as long as"
        figure={rule.sustainedS}
        was={wasSpan(rule.sustainedS, saved?.sustainedS)}
        onFigure={(value) => onFigure(['sustainedS'], value)}
        {...span}
      />
      {equal ? (
        <p className="self-end pb-1.5 text-muted">Good again as soon as it does not hold</p>
      ) : (
        <FigureField
          label={rule.comparator.startsWith('>') ? 'Good again when it is at most' : 'Good again when it is at least'}
          figure={rule.clear ?? null}
          was={wasValue(rule.clear, saved?.clear)}
          onFigure={(value) => onFigure(['clear'], value)}
          onClear={() => onFigure(['clear'], undefined)}
          {...figure}
        />
      )}
      <FigureField
        label="for as long as"
        figure={rule.clearS}
        was={wasSpan(rule.clearS, saved?.clearS)}
        onFigure={(value) => onFigure(['clearS'], value)}
        {...span}
      />
      <Field label="Severity" hint={severityMeanings[rule.severity]}>
        {(field) => (
          <Select<AlertSeverity>
            {...field}
            field
            value={rule.severity}
            options={(['critical', 'warning', 'advice'] as const).map((value) => ({ value, label: value }))}
            onChange={(severity) => onFigure(['severity'], severity)}
          />
        )}
      </Field>
      <Field label="Judged" hint={rule.schedule === 'environment' ? 'always where it has none' : undefined}>
        {(field) => (
          <Select<string>
            {...field}
            field
            value={rule.schedule}
            options={[
              { value: 'environment', label: "in its environment's hours" },
              { value: 'always', label: 'always' },
              ...hours.map(({ id, title }) => ({ value: id, label: title })),
            ]}
            onChange={(schedule) => onFigure(['schedule'], schedule)}
          />
        )}
      </Field>
      <Field label="Without a value">
        {(field) => (
          <Select<string>
            {...field}
            field
            value={rule.missing.policy}
            disabled={rule.missing.policy === 'alert'}
            options={rule.missing.policy === 'alert' ? [{ value: 'alert', label: `an alert: ${rule.missing.title}` }] : policies}
            onChange={(policy) => onFigure(['missing', 'policy'], policy)}
          />
        )}
      </Field>
      <FigureField
        label="after"
        figure={rule.missing.afterS}
        was={wasSpan(rule.missing.afterS, saved?.missing.afterS)}
        onFigure={(value) => onFigure(['missing', 'afterS'], value)}
        {...span}
      />
    </div>
  );
}
