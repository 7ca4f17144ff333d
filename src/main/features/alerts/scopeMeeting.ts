import { type AlertRule, type AlertScope, alertSeverities } from '../../../shared/model/alertRule.ts';

/** Whether two scopes can be about the same thing. */
export function canMeet(one: AlertScope, other: AlertScope): boolean {
  if (one.hardware !== undefined && other.hardware !== undefined && one.hardware !== other.hardware) return false;
  return (
    listsMeet(one.environments, undefined, other.environments, undefined) &&
    listsMeet(one.stacks, one.exceptStacks, other.stacks, other.exceptStacks) &&
    listsMeet(one.engines, one.exceptEngines, other.engines, other.exceptEngines)
  );
}

type Names = readonly string[] | undefined;
function listsMeet(some: Names, except: Names, otherSome: Names, otherExcept: Names): boolean {
  const left = some?.filter((name) => otherExcept?.includes(name) !== true);
  const right = otherSome?.filter((name) => except?.includes(name) !== true);
  if (left !== undefined && right !== undefined) return left.some((name) => right.includes(name));
  return (left ?? right)?.length !== 0;
}

/** How severe one rule is against another: above 0 where it is more severe. */
export function bySeverity(one: AlertRule, other: AlertRule): number {
  return alertSeverities.indexOf(one.severity) - alertSeverities.indexOf(other.severity);
}
