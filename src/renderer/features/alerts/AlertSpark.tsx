import { memo } from 'react';
import type { AlertEvidence } from '../../../shared/model/alert.ts';
import { courseOf } from './courseModel.ts';
import { kindOfSubject, metricWords, valueText } from './metricWords.ts';

/** The last values of an evidence against its limit, without axes. */
export const AlertSpark = memo(function AlertSpark({ evidence, width = 96, height = 26 }: { evidence: AlertEvidence; width?: number; height?: number }) {
  const { recent, threshold, condition, metric, subject, value } = evidence;
  const words = metricWords(metric, kindOfSubject(subject));
  const course = courseOf(recent, condition === 'missing' ? null : threshold, words.flag);
  if (course.path === '') return <span className="text-muted tabular-nums">{valueText(words, value)}</span>;
  return (
    <svg
      role="img"
      aria-label={`${words.label}, now ${valueText(words, value)}`}
      width={width}
      height={height}
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
    >
      {course.limitY !== null && (
        <line
          x1="0"
          x2="100"
          y1={course.limitY}
          y2={course.limitY}
          stroke="var(--warn)"
          strokeWidth="1"
          strokeDasharray="3 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
      <path d={course.path} fill="none" stroke="var(--accent)" strokeWidth="1.4" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
});
