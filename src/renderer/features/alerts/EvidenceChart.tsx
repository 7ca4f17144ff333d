import { Link } from '@tanstack/react-router';
import type { AlertEvidence } from '../../../shared/model/alert.ts';
import { formatExact, formatTimeOfDay } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { courseOf } from './courseModel.ts';
import { kindOfSubject, metricWords, subjectText, valueText } from './metricWords.ts';
import { thresholdText } from './ruleWords.ts';

/** One evidence: the last readings against their limit, and since when it holds. */
export function EvidenceChart({ evidence }: { evidence: AlertEvidence }) {
  const { metric, subject, serverName, value, threshold, comparator, condition, sinceMs, recent } = evidence;
  const on = kindOfSubject(subject);
  const words = metricWords(metric, on);
  const course = courseOf(recent, condition === 'missing' ? null : threshold, words.flag);
  const inSight = (sinceMs - course.fromMs) / (course.untilMs - course.fromMs);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">
          <Link to="/servers/$name/$tab" params={{ name: serverName, tab: 'overview' }} className="hover:underline">
            {serverName}
          </Link>
          {subject !== '' && <span className="font-normal text-muted"> · {subjectText(subject)}</span>}
        </span>
        <span className="text-muted">{words.label}</span>
        <Link to="/health" search={{ on: serverName }} className="text-sm text-accent hover:underline">
          charts
        </Link>
        <b className="ml-auto font-semibold">{condition === 'missing' ? 'no value any more' : valueText(words, value)}</b>
        <span className="text-muted">
          {condition === 'missing' ? `the last was ${valueText(words, value)}` : words.flag ? '' : thresholdText({ metric, on, comparator, value: threshold })}
          {' for '}
          <RelativeTime atMs={sinceMs} />
        </span>
      </figcaption>
      {course.path !== '' && (
        <div className="grid grid-cols-[56px_minmax(0,1fr)] text-xs text-faint">
          <div className="relative h-24 pr-2 text-right">
            {course.limitY !== null && (
              <span className="absolute right-2 -translate-y-1/2 text-warn" style={{ top: `${course.limitY}%` }}>
                {valueText(words, threshold)}
              </span>
            )}
          </div>
          <div className="relative h-24 border-b border-l border-line bg-surface">
            <svg
              role="img"
              aria-label={`${words.label} of ${serverName}: ${recent.map(([, each]) => valueText(words, each)).join(', ')}; limit ${valueText(words, threshold)}`}
              viewBox="0 0 100 100"
              preserveAspectRatio="none"
              className="absolute inset-0 size-full"
            >
              {inSight > 0 && inSight < 1 && <rect x={inSight * 100} width={100 - inSight * 100} y="0" height="100" fill="var(--warn)" opacity="0.08" />}
              {course.limitY !== null && (
                <line x1="0" x2="100" y1={course.limitY} y2={course.limitY} stroke="var(--warn)" strokeDasharray="4 3" vectorEffect="non-scaling-stroke" />
              )}
              <path d={course.path} fill="none" stroke="var(--accent)" strokeWidth="1.6" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
            </svg>
          </div>
          <span />
          <div className="flex justify-between pt-0.5">
            <span title={formatExact(course.fromMs)}>{formatTimeOfDay(course.fromMs)}</span>
            <span title={formatExact(course.untilMs)}>{formatTimeOfDay(course.untilMs)}</span>
          </div>
        </div>
      )}
    </figure>
  );
}
