import type { RuleProblem } from '../../../shared/model/alertRuleView.ts';
import { StateMark } from '../../ui/StateMark.tsx';

/** What is to be said about a rule: errors keep it from being saved, warnings do not. `all` also counts those that are shown elsewhere. */
export function RuleProblems({ problems, all }: { problems: readonly RuleProblem[]; all: readonly RuleProblem[] }) {
  if (all.length === 0) return <StateMark tone="good">nothing is wrong with it</StateMark>;
  return (
    <ul aria-label="What is to be said about it" className="flex flex-col gap-1">
      {problems.map(({ line, path, severity, message }) => (
        <li key={`${line} ${path} ${message}`} className="flex gap-[7px]">
          <StateMark tone={severity === 'error' ? 'bad' : 'warn'} className="shrink-0 self-start">
            {severity}
          </StateMark>
          <span className="min-w-0 break-words text-muted">
            {line !== null && <span className="text-faint">line {line} </span>}
            {path !== '' && <code className="font-mono text-sm">{path} </code>}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
