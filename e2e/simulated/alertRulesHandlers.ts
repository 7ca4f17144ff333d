import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertCatalogue } from '../../src/main/features/alerts/alertCatalogue.ts';
import { knownMetrics } from '../../src/main/features/alerts/knownMetrics.ts';
import { readRuleText, ruleText } from '../../src/main/features/alerts/ruleText.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Alert } from '../../src/shared/model/alert.ts';
import type { RuleView } from '../../src/shared/model/alertRuleView.ts';
import { simulatedBacktest } from './alertsPast.ts';
import type { World } from './world.ts';

const day = 86_400_000;
const resources = join(import.meta.dirname, '../../resources');

interface Entry extends Omit<RuleView, 'openAlerts'> {
  text: string;
}

const ownText = `id: nightly-index-slow
title: Nightly index runs late
explanation: >-
  The index of the night is still built at seven, so that the first questions of the day are slow. Look at the queue.
metric: cpuUsedRatio
on: server
comparator: '>'
value: 0.9
clear: 0.7
sustainedS: 5400
clearS: 600
missing: { policy: keep, afterS: 600 }
severity: advice
schedule: always
appliesTo: { stacks: [banksight] }
runbook: null
references: []
`;

/** Implements `alerts.rules` of the contract with the shipped rules: one is changed, one is switched off, one is somebody's own. */
export function alertRulesHandlers(world: World, catalogue: AlertCatalogue, alerts: () => readonly Alert[]) {
  const runbooks = readdirSync(join(resources, 'runbooks')).flatMap(
    (name) => /^id: (\S+)/m.exec(readFileSync(join(resources, 'runbooks', name), 'utf8'))?.[1] ?? [],
  );
  const shipped = new Map(catalogue.rules.map(({ rule, title }) => [rule.id, { rule, title }]));
  const entries = new Map<string, Entry>();
  for (const { rule, title } of catalogue.rules) {
    entries.set(rule.id, { rule, origin: 'shipped', enabled: true, section: title, changedBy: null, changedAtMs: null, text: ruleText(rule) });
  }
  const context = { metrics: knownMetrics(), runbooks, hours: catalogue, thresholds: null };
  const test = (text: string) =>
    readRuleText(
      text,
      [...entries.values()].filter(({ enabled }) => enabled).map(({ rule }) => rule),
      context,
    );
  const find = (id: string): Entry => {
    const found = entries.get(id);
    if (found === undefined) throw new AppError('alert.rule-not-found', { id });
    return found;
  };
  const put = (text: string, who: string, changedAtMs: number): Entry => {
    const { rule, problems } = test(text);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (rule === null || errors.length > 0) throw new AppError('alert.rule-invalid', { id: rule?.id ?? '', problems: errors.map(({ message }) => message) });
    const origin = shipped.has(rule.id) ? 'changed' : 'own';
    const entry: Entry = { rule, origin, enabled: true, section: shipped.get(rule.id)?.title ?? 'Own rules', changedBy: who, changedAtMs, text };
    entries.set(rule.id, entry);
    return entry;
  };
  const shown = ({ text: _text, ...view }: Entry): RuleView => ({
    ...view,
    openAlerts: alerts().filter(({ rules, state }) => state === 'open' && rules.includes(view.rule.id)).length,
  });
  const hot = shipped.get('gpu-hot')?.rule;
  if (hot !== undefined) put(ruleText({ ...hot, value: 82, clear: 78, sustainedS: 600 }), 'Jonas', Date.now() - 3 * day);
  put(ownText, 'Mara', Date.now() - 11 * day);
  const spare = entries.get('gpu-idle');
  if (spare !== undefined) entries.set('gpu-idle', { ...spare, enabled: false, changedBy: 'Mara', changedAtMs: Date.now() - 20 * day });
  const rules = os.alerts.rules;
  return {
    list: rules.list.handler(() => ({ rules: [...entries.values()].map(shown), hours: catalogue.hours })),
    show: rules.show.handler(({ input: { id } }) => {
      const entry = find(id);
      const original = shipped.get(id);
      return {
        rule: shown(entry),
        text: entry.text,
        shippedText: original === undefined ? null : ruleText(original.rule),
        problems: test(entry.text).problems,
      };
    }),
    test: rules.test.handler(({ input: { text } }) => test(text)),
    save: rules.save.handler(({ input: { text } }) => {
      const entry = put(text, world.settings.displayName, Date.now());
      return { rule: shown(entry), problems: test(text).problems };
    }),
    enable: rules.enable.handler(({ input: { id, enabled } }) => {
      const entry = { ...find(id), enabled, changedBy: world.settings.displayName, changedAtMs: Date.now() };
      entries.set(id, entry);
      return { rule: shown(entry) };
    }),
    remove: rules.remove.handler(({ input: { id } }) => {
      const original = shipped.get(find(id).rule.id);
      if (original === undefined) entries.delete(id);
      else
        entries.set(id, {
          ...{ rule: original.rule, origin: 'shipped', enabled: true, section: original.title, changedBy: null, changedAtMs: null },
          text: ruleText(original.rule),
        });
      return {};
    }),
    backtest: rules.backtest.handler(({ input: { id, text, fromMs, untilMs = Date.now() } }) => {
      const rule = id === undefined ? test(text ?? '').rule : find(id).rule;
      if (rule === null) throw new AppError('alert.rule-invalid', { id: '', problems: ['it cannot be read'] });
      return { backtest: simulatedBacktest(rule, catalogue, world.rows.values(), fromMs, untilMs) };
    }),
  };
}
