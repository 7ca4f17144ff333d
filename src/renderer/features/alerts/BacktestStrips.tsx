import { useState } from 'react';
import type { AlertRule } from '../../../shared/model/alertRule.ts';
import type { RuleBacktest } from '../../../shared/model/alertRuleView.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { formatAge, formatExact } from '../../ui/format.ts';
import { type Strip, stripsOf } from './backtestView.ts';
import { kindOfSubject, metricWords, subjectText, valueText } from './metricWords.ts';

const few = 14;
const fills = { critical: 'bg-bad', warning: 'bg-warn', advice: 'bg-info' };
const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' });
const hourFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** Marks of time between two moments: at most eight midnights, or every six hours of a single day. `at` goes from 0 to 1. */
function ticksOf(fromMs: number, untilMs: number): { at: number; label: string }[] {
  const hours = untilMs - fromMs <= 1.5 * 86_400_000 ? 6 : Math.ceil((untilMs - fromMs) / 86_400_000 / 8) * 24;
  const tick = new Date(fromMs);
  tick.setHours(0, 0, 0, 0);
  const found: { at: number; label: string }[] = [];
  for (; tick.getTime() < untilMs; tick.setHours(tick.getHours() + hours)) {
    const at = (tick.getTime() - fromMs) / (untilMs - fromMs);
    if (at >= 0 && at < 0.93) found.push({ at, label: (hours < 24 ? hourFormat : dayFormat).format(tick) });
  }
  return found;
}

/** A strip of time for each subject, with the spans in which the rule would have been an alert. */
export function BacktestStrips({ result, rule }: { result: RuleBacktest; rule: AlertRule | null }) {
  const [all, setAll] = useState(false);
  const strips = stripsOf(result);
  const shown = all ? strips : strips.slice(0, few);
  const ticks = ticksOf(result.fromMs, result.untilMs);
  if (strips.length === 0) return null;
  return (
    <div className="grid grid-cols-[minmax(90px,170px)_minmax(0,1fr)_40px_52px] items-center gap-x-3 text-sm">
      <span className="text-xs text-faint">Where</span>
      <span className="relative h-5 text-xs text-faint">
        {ticks.map(({ at, label }) => (
          <span key={at} className="absolute whitespace-nowrap max-wide:even:hidden" style={{ left: `${at * 100}%` }}>
            {label}
          </span>
        ))}
      </span>
      <span className="text-right text-xs text-faint">Times</span>
      <span className="text-right text-xs text-faint">Longest</span>
      <ul aria-label="Where it would have fired" className="contents">
        {shown.map((strip) => (
          <StripRow key={strip.key} strip={strip} rule={rule} ticks={ticks} />
        ))}
      </ul>
      {strips.length > few && (
        <Button variant="ghost" className="col-span-4 mt-1 justify-self-start" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${strips.length - few} more`}
        </Button>
      )}
    </div>
  );
}

function StripRow({ strip, rule, ticks }: { strip: Strip; rule: AlertRule | null; ticks: readonly { at: number }[] }) {
  const { serverName, subject, spans, longestMs } = strip;
  const words = rule && metricWords(rule.metric, kindOfSubject(subject));
  const name = `${serverName}${subject === '' ? '' : ` · ${subjectText(subject)}`}`;
  return (
    <li className="contents">
      <span className="truncate py-1" title={name}>
        {serverName}
        {subject !== '' && <span className="text-muted"> · {subjectText(subject)}</span>}
      </span>
      <span className="relative h-4 overflow-hidden rounded-xs bg-raised">
        {ticks.map(({ at }) => (
          <span key={at} aria-hidden className="absolute inset-y-0 w-px bg-line" style={{ left: `${at * 100}%` }} />
        ))}
        {spans.map(({ from, to, interval }) => (
          <span
            key={interval.raisedAtMs}
            title={`${formatExact(interval.raisedAtMs)}, ${interval.untilMs === null ? 'open still' : `for ${formatAge(interval.untilMs - interval.raisedAtMs)}`}${words === null ? '' : `, worst ${valueText(words, interval.worst)}`}`}
            className={cx('absolute inset-y-0.5 min-w-[3px] rounded-xs', fills[rule?.severity ?? 'warning'])}
            style={{ left: `min(${from * 100}%, calc(100% - 3px))`, width: `${(to - from) * 100}%` }}
          />
        ))}
      </span>
      <span className="text-right">{spans.length}</span>
      <span className="text-right text-muted">{formatAge(longestMs)}</span>
    </li>
  );
}
