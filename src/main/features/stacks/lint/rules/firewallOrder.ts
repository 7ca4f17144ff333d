import { covers, firewallScripts } from '../firewallCommands.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** A rule behind one that already decides. */
export const firewallOrder: LintRule = {
  id: 'firewall-order',
  title: 'A firewall rule stands behind one that already decides',
  why: 'Rules are gone through from the top, and the first that fits decides. An allow below a deny that covers it never has an effect. Put every allow before the deny for all, or leave that to the default policy.',
  traps: ['X-001'],
  *check({ files }) {
    for (const { rules } of firewallScripts(files)) {
      for (const [index, rule] of rules.entries()) {
        if (rule.action !== 'allow' || rule.first || rule.removes) continue;
        const before = rules.slice(0, index).find((one) => one.tool === rule.tool && one.action === 'deny' && !one.removes && covers(one, rule));
        if (before === undefined) continue;
        yield found(
          'error',
          'X-001',
          rule.at,
          `"${rule.text.slice(0, 100)}" never has an effect: "${before.text.slice(0, 100)}" in line ${before.at.line ?? '?'} decides before it.`,
          'Move it before that one.',
        );
      }
    }
  },
};
