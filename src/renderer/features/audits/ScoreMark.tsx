import type { AuditStanding } from '../../../shared/model/audit.ts';
import { Badge } from '../../ui/Badge.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { scoreTone, severities, severityTones } from './auditView.ts';

/** A score with the mark of how bad it is. */
export function ScoreMark({ standing }: { standing: Pick<AuditStanding, 'score' | 'bySeverity' | 'satisfied' | 'findings'> }) {
  const judged = standing.satisfied + standing.findings;
  return (
    <StateMark
      tone={scoreTone(standing)}
      title={`${standing.satisfied} of ${judged} checks that could be judged are as they should be, by weight ${standing.score ?? 'unknown'} of 100`}
    >
      <b className="font-semibold tabular-nums">{standing.score ?? 'none'}</b>
    </StateMark>
  );
}

/** How many findings there are of each severity. */
export function SeverityCounts({ bySeverity }: { bySeverity: AuditStanding['bySeverity'] }) {
  const shown = severities.filter((severity) => bySeverity[severity] > 0);
  if (shown.length === 0) return <span className="text-faint">none</span>;
  return (
    <span className="flex flex-wrap items-center gap-1">
      {shown.map((severity) => (
        <Badge key={severity} tone={severityTones[severity]}>
          {bySeverity[severity]} {severity}
        </Badge>
      ))}
    </span>
  );
}
