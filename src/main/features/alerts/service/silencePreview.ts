import type { Alert, SilencePreview, SilenceScope } from '../../../../shared/model/alert.ts';
import { type AlertRule, causeOf } from '../../../../shared/model/alertRule.ts';
import { parseSelector, selects } from '../../../../shared/model/selector.ts';
import type { Server } from '../../../../shared/model/server.ts';

/** What a silence would hold now, by the evidence of each alert, as it is held. Throws `selector.invalid`. */
export function previewSilence(
  { rules, selector, subjects }: SilenceScope,
  present: { servers: readonly Server[]; rules: readonly AlertRule[]; alerts: readonly Alert[] },
): SilencePreview {
  const wanted = selector === undefined ? null : parseSelector(selector);
  const picked = wanted === null ? null : present.servers.filter((server) => selects(wanted, server));
  const serverIds = picked === null ? null : new Set<string>(picked.map(({ id }) => id));
  const about = present.rules.filter((rule) => rules?.some((name) => name === rule.id || name === causeOf(rule)) ?? true);
  const ruleIds = new Set(about.map(({ id }) => id));
  const isHeld = ({ ruleId, serverId, subject }: Alert['evidence'][number]) =>
    ruleIds.has(ruleId) && (serverIds?.has(serverId) ?? true) && (subjects?.includes(subject) ?? true);
  const names = new Set(present.rules.flatMap((rule) => [rule.id, causeOf(rule)]));
  return {
    servers: picked?.map(({ name }) => name) ?? null,
    alerts: present.alerts.flatMap(({ key, title, severity, state, hold, evidence }) => {
      if (state !== 'open' || hold !== null || !evidence.some(isHeld)) return [];
      return [{ key, title, severity, whole: evidence.every(isHeld) }];
    }),
    rules: rules === undefined ? null : about.length,
    unknownRules: (rules ?? []).filter((name) => !names.has(name)),
  };
}
