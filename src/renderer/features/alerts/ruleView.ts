import { causeOf } from '../../../shared/model/alertRule.ts';
import type { RuleView } from '../../../shared/model/alertRuleView.ts';
import type { Tone } from '../../ui/StateMark.tsx';
import type { TableGroup } from '../../ui/tableModel.ts';
import { watchText } from './ruleWords.ts';

/** How a rule stands: as it was shipped, changed, one's own, or switched off. */
export type RuleState = 'on' | 'changed' | 'own' | 'off';

export const ruleStates: Record<RuleState, { tone: Tone; word: string }> = {
  on: { tone: 'good', word: 'on' },
  changed: { tone: 'info', word: 'changed' },
  own: { tone: 'info', word: 'own' },
  off: { tone: 'off', word: 'off' },
};

/** How a rule stands; that it is off counts more than where it comes from. */
export function ruleState({ enabled, origin }: Pick<RuleView, 'enabled' | 'origin'>): RuleState {
  if (!enabled) return 'off';
  return origin === 'shipped' ? 'on' : origin;
}

/** Which rules are shown; null: all. */
export type RuleShow = 'off' | 'changed' | 'open' | null;

function isShown(view: RuleView, show: RuleShow): boolean {
  if (show === 'off') return !view.enabled;
  if (show === 'changed') return view.origin !== 'shipped';
  return show === null || view.openAlerts > 0;
}

/** Rules by the file that they came with, in their order; those that have all words of a text. */
export function ruleGroups(rules: readonly RuleView[], text: string, show: RuleShow): TableGroup<RuleView>[] {
  const words = text.toLowerCase().split(/\s+/);
  const fits = ({ rule, section }: RuleView) => {
    const all = [rule.id, rule.title, rule.metric, causeOf(rule), section, rule.severity, watchText(rule), ...(rule.appliesTo.stacks ?? [])];
    const joined = all.join(' ').toLowerCase();
    return words.every((word) => joined.includes(word));
  };
  const shown = rules.filter((view) => isShown(view, show) && fits(view));
  return [...Map.groupBy(shown, ({ section }) => section)].map(([section, rows]) => ({ key: section, title: section, rows }));
}
