import type { AlertHoursFile, AlertRule } from '../../../shared/model/alertRule.ts';

/** A metric that rules may name. */
export interface KnownMetric {
  name: string;
  /** What it is measured of, in words of rules. */
  on: AlertRule['on'];
  /** As the catalogues write it: `ratio`, `flag`, `count`, … */
  unit: string;
}

/** What rules are held against. */
export interface LintContext {
  metrics: readonly KnownMetric[];
  runbooks: readonly string[];
  hours: AlertHoursFile;
  /** Ids of rules that are switched off: they judge nothing, and may be depended on all the same. */
  switchedOff?: readonly string[];
  /** Ids of the field's thresholds that references may name; null: not looked at. */
  thresholds: readonly string[] | null;
}

/** A place where a rule is wrong, or will not do what somebody expects of it. */
export interface RuleFinding {
  /** Id of the rule. */
  id: string;
  check: string;
  severity: 'error' | 'warning';
  message: string;
}
