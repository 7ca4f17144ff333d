import { AppError } from '../../../../shared/errors.ts';
import type { AlertRule } from '../../../../shared/model/alertRule.ts';
import type { RuleBacktest } from '../../../../shared/model/alertRuleView.ts';
import { parseSelector, selects } from '../../../../shared/model/selector.ts';
import type { AlertsPorts } from './alertsPorts.ts';
import type { Judge } from './judge.ts';
import { lookBack } from './pastService.ts';
import { type RulesService, ruleInvalid } from './rulesService.ts';

/** Which rule is to be looked back with, by its id or as written, on which servers and over which time. */
export interface BacktestRequest {
  id?: string | undefined;
  text?: string | undefined;
  selector?: string | undefined;
  fromMs: number;
  untilMs?: number | undefined;
}

/** When a rule would have fired. Throws `alert.rule-not-found`, `alert.rule-invalid`, `selector.invalid`, `selector.no-match`. */
export async function backtest(
  { ports, rules, judge }: { ports: AlertsPorts; rules: RulesService; judge: Judge },
  { id, text, ...range }: BacktestRequest,
): Promise<RuleBacktest> {
  const past = { query: ports.past, servers: pickServers(ports, judge), config: () => rules.config(), nowMs: ports.nowMs };
  return lookBack(past, await ruleOf(rules, id, text), range);
}

/** The rule that is to be looked back with: one that is there, or one as written. */
async function ruleOf(rules: RulesService, id: string | undefined, text: string | undefined): Promise<AlertRule> {
  if (id !== undefined) {
    const found = rules.byId(id);
    if (found === undefined) throw new AppError('alert.rule-not-found', { id });
    return found;
  }
  const { rule, problems } = await rules.test(text ?? '');
  if (rule !== null) return rule;
  throw ruleInvalid('', problems);
}

function pickServers(ports: AlertsPorts, judge: Judge) {
  return (selector: string | undefined) => {
    const wanted = selector === undefined ? null : parseSelector(selector);
    const ids = new Set(
      ports
        .servers()
        .filter((server) => wanted === null || selects(wanted, server))
        .map(({ id }) => id as string),
    );
    if (selector !== undefined && ids.size === 0) throw new AppError('selector.no-match', { selector });
    return judge.situation().servers.filter(({ id }) => ids.has(id));
  };
}
