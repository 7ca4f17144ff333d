import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { AlertHours, AlertRule } from '../../../../shared/model/alertRule.ts';
import type { RuleProblem, RuleView } from '../../../../shared/model/alertRuleView.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import type { Database } from '../../../database/database.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { AlertCatalogue } from '../alertCatalogue.ts';
import { defaultSettings, type EvaluatorConfig, type EvaluatorSettings } from '../evaluator/evaluatorTypes.ts';
import { knownMetrics } from '../knownMetrics.ts';
import type { LintContext } from '../lintTypes.ts';
import { type ReadRule, readRuleText, ruleText } from '../ruleText.ts';
import { RulesRepo, type StoredRule } from './rulesRepo.ts';

/** What rules need from the rest of the core. */
export interface RulesPorts {
  database: Database;
  shipped: AlertCatalogue;
  /** Ids of runbooks that rules may name. */
  runbooks(): Promise<readonly string[]>;
  /** Zone of servers that have none. */
  zone: string;
  /** When alerts are told again, and to whom next. */
  times(): Pick<EvaluatorSettings, 'repeatS' | 'escalateS'>;
  who(): string;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** Called after each change. */
  changed(): void;
}

/** Rules that count, and what a person changed about them. */
export interface RulesService {
  /** `open`: open alerts by rule. */
  list(open: ReadonlyMap<string, number>): { rules: RuleView[]; hours: AlertHours[] };
  show(id: string, open: ReadonlyMap<string, number>): Promise<{ rule: RuleView; text: string; shippedText: string | null; problems: RuleProblem[] }>;
  test(text: string): Promise<ReadRule>;
  save(request: { requestId: RequestId; text: string }): Promise<{ id: string; problems: RuleProblem[] }>;
  enable(request: { requestId: RequestId; id: string; enabled: boolean }): void;
  remove(request: { requestId: RequestId; id: string }): void;
  /** One rule, switched on or not; undefined: there is none. */
  byId(id: string): AlertRule | undefined;
  /** All that the evaluator needs of rules. */
  config(): EvaluatorConfig;
}

const idAnswer = z.object({ id: z.string() });

interface Entry extends Omit<RuleView, 'openAlerts'> {
  text: string;
}

/** Makes the service. A stored rule that cannot be read any more counts as it was shipped, or not at all, and is logged. */
export function createRulesService(ports: RulesPorts): RulesService {
  const repo = new RulesRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  const { shipped } = ports;
  const shippedById = new Map(shipped.rules.map((each) => [each.rule.id, each]));
  const hours = { hours: shipped.hours, environments: shipped.environments };
  const settings: EvaluatorSettings = { ...defaultSettings, zone: ports.zone };
  let entries = new Map<string, Entry>();

  const load = () => {
    const next = new Map<string, Entry>();
    const untouched = { enabled: true, changedBy: null, changedAtMs: null };
    for (const { rule, title } of shipped.rules) next.set(rule.id, { rule, origin: 'shipped', section: title, text: ruleText(rule), ...untouched });
    for (const stored of repo.all()) {
      const entry = entryOf(stored, next.get(stored.id));
      if (entry === null) ports.log('alerts.rule-unreadable', { id: stored.id });
      else next.set(stored.id, entry);
    }
    entries = next;
  };
  load();
  const context = async (): Promise<LintContext> => {
    const switchedOff = [...entries.values()].filter(({ enabled }) => !enabled).map(({ rule }) => rule.id);
    return { metrics: knownMetrics(), runbooks: await ports.runbooks(), hours, thresholds: null, switchedOff };
  };
  const counting = () => [...entries.values()].filter(({ enabled }) => enabled).map(({ rule }) => rule);
  const find = (id: string): Entry => {
    const found = entries.get(id);
    if (found === undefined) throw new AppError('alert.rule-not-found', { id });
    return found;
  };
  const shown = ({ text: _text, ...view }: Entry, open: ReadonlyMap<string, number>): RuleView => ({ ...view, openAlerts: open.get(view.rule.id) ?? 0 });
  const test = async (text: string) => readRuleText(text, counting(), await context());
  const changed = () => {
    load();
    ports.changed();
  };

  return {
    list: (open) => ({ rules: [...entries.values()].map((entry) => shown(entry, open)), hours: shipped.hours }),
    async show(id, open) {
      const entry = find(id);
      const { problems } = await test(entry.text);
      const original = shippedById.get(id);
      return { rule: shown(entry, open), text: entry.text, shippedText: original === undefined ? null : ruleText(original.rule), problems };
    },
    test,
    async save({ requestId, text }) {
      const { rule, problems } = await test(text);
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (rule === null || errors.length > 0) throw ruleInvalid(rule?.id ?? '', errors);
      requests.once(requestId, 'alerts.rules.save', idAnswer, () => {
        repo.save({ id: rule.id, text, enabled: entries.get(rule.id)?.enabled ?? true, who: ports.who(), changedAtMs: ports.nowMs() });
        return { id: rule.id };
      });
      changed();
      return { id: rule.id, problems };
    },
    enable({ requestId, id, enabled }) {
      requests.once(requestId, 'alerts.rules.enable', idAnswer, () => {
        const { origin, text } = find(id);
        if (origin === 'shipped' && enabled) repo.remove(id);
        else repo.save({ id, text: origin === 'shipped' ? null : text, enabled, who: ports.who(), changedAtMs: ports.nowMs() });
        return { id };
      });
      changed();
    },
    remove({ requestId, id }) {
      requests.once(requestId, 'alerts.rules.remove', idAnswer, () => {
        const { origin, enabled } = find(id);
        if (origin === 'shipped' && enabled)
          throw new AppError('input.invalid', { issues: [{ path: 'id', message: `"${id}" is shipped and unchanged; switch it off where it is not wanted` }] });
        repo.remove(id);
        return { id };
      });
      changed();
    },
    byId: (id) => entries.get(id)?.rule,
    config: () => ({ rules: counting(), hours: shipped.hours, environmentHours: shipped.environments, settings: { ...settings, ...ports.times() } }),
  };
}

/** A stored rule beside the shipped one of its id, where there is one. Null: it cannot be read, and nothing stands in its place. */
function entryOf({ text, enabled, who, changedAtMs, id }: StoredRule, shipped: Entry | undefined): Entry | null {
  const said = { enabled, changedBy: who, changedAtMs };
  if (text === null) return shipped === undefined ? null : { ...shipped, ...said };
  const { rule } = readRuleText(text, [], { metrics: [], runbooks: [], hours: { hours: [], environments: {} }, thresholds: null });
  if (rule?.id !== id) return null;
  return { rule, origin: shipped === undefined ? 'own' : 'changed', section: shipped?.section ?? 'Own rules', text, ...said };
}

/** The refusal of a rule as written: each problem with its line and place. */
export function ruleInvalid(id: string, problems: readonly RuleProblem[]): AppError<'alert.rule-invalid'> {
  const said = problems.map(({ line, path, message }) =>
    [line === null ? '' : `line ${line}: `, path === '' ? '' : `${path}: `, message].join('').slice(0, 400),
  );
  return new AppError('alert.rule-invalid', { id, problems: said.slice(0, 50) });
}
