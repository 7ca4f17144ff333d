import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { AlertRule } from '../../../shared/model/alertRule.ts';
import type { RuleBacktest as Backtest } from '../../../shared/model/alertRuleView.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { coreNowMs } from '../../ui/clock.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatAge, formatExact } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { BacktestStrips } from './BacktestStrips.tsx';
import { comparison } from './backtestView.ts';
import { spanText } from './ruleWords.ts';

const days = { '1': 'day', '3': '3 days', '7': '7 days', '30': '30 days' } as const;

interface RuleBacktestProps {
  /** The text that is judged; null: it cannot be read. */
  text: string | null;
  rule: AlertRule | null;
  /** Id of the saved rule to compare with, where the text is another. */
  savedId: string | null;
}

/** What a rule would have fired on over the past days, before it is saved. */
export function RuleBacktest({ text, rule, savedId }: RuleBacktestProps) {
  const [span, setSpan] = useState<keyof typeof days>('7');
  // Whole minutes, so that the same question is asked once, and both answers are about the same time.
  const time = useMemo(() => {
    const untilMs = Math.floor(coreNowMs() / 60_000) * 60_000;
    return { fromMs: untilMs - Number(span) * 86_400_000, untilMs };
  }, [span]);
  const options = { retry: false, staleTime: 60_000 };
  const tested = useQuery({
    ...orpc.alerts.rules.backtest.queryOptions({ input: { text: text ?? '', ...time } }),
    ...options,
    enabled: text !== null,
    placeholderData: (before) => before,
  });
  const saved = useQuery({ ...orpc.alerts.rules.backtest.queryOptions({ input: { id: savedId ?? '', ...time } }), ...options, enabled: savedId !== null });
  const result = tested.data?.backtest;
  const isOld = tested.isPlaceholderData || text === null;
  return (
    <section className="min-w-0">
      <div className="mb-2 flex items-center gap-3">
        <h2 className="text-sm font-semibold text-muted">What it would have fired on</h2>
        {result !== undefined && isOld && (
          <span className="text-sm text-muted">{text === null ? 'as it was before the last change' : 'running over the past…'}</span>
        )}
        <Select<keyof typeof days>
          label="Over the past"
          prefix="over the past"
          className="ml-auto"
          value={span}
          options={Object.entries(days).map(([value, label]) => ({ value: value as keyof typeof days, label }))}
          onChange={setSpan}
        />
      </div>
      {text === null && result === undefined ? (
        <p className="py-2 text-muted">The text cannot be read yet.</p>
      ) : tested.error ? (
        <ErrorPanel error={toSerializedError(tested.error)} />
      ) : result === undefined ? (
        <SkeletonRows count={6} label="Running it over the past" />
      ) : result.problem !== null ? (
        <p className="py-2 text-muted">{result.problem}</p>
      ) : (
        <div aria-busy={isOld}>
          <Summary result={result} saved={savedId === null || isOld ? null : (saved.data?.backtest ?? null)} />
          <BacktestStrips result={result} rule={rule} />
        </div>
      )}
    </section>
  );
}

function Summary({ result, saved }: { result: Backtest; saved: Backtest | null }) {
  const { fired, firedMs, samples, series, stepS, intervals } = result;
  const longest = Math.max(0, ...intervals.map(({ raisedAtMs, untilMs }) => (untilMs ?? result.untilMs) - raisedAtMs));
  const compared = comparison(result, saved);
  return (
    <div className="pt-1 pb-3">
      <p aria-live="polite">
        {fired === 0 ? (
          <b className="font-semibold">It would not have fired.</b>
        ) : (
          <>
            <b className="font-semibold">{count(fired, 'time')}</b>, {formatAge(firedMs)} in all, the longest {formatAge(longest)}
          </>
        )}
        {compared !== null && <span className="text-info"> · {compared}</span>}
      </p>
      <p className="mt-0.5 text-sm text-faint" title={`from ${formatExact(result.fromMs)} until ${formatExact(result.untilMs)}`}>
        {count(samples, 'reading')} of {count(series, 'series', 'series')}
        {stepS > 0 && `, one each ${spanText(stepS)}: shorter peaks are not seen`}. Dependencies, maintenance and grouping are left out.
      </p>
    </div>
  );
}
