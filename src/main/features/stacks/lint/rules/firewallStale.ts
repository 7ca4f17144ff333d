import { firewallScripts } from '../firewallCommands.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** Rules that only have their effect on an empty rule set. */
export const firewallStale: LintRule = {
  id: 'firewall-stale',
  title: 'Firewall rules that count on an empty rule set',
  why: 'ufw appends, and skips a rule that it already has. An older deny or allow of the same port keeps its place, so that "allow some, then deny" works on a fresh server only. Read the numbered rules, delete those of the port, and add them again in order.',
  traps: ['X-004'],
  *check({ files }) {
    for (const { rules, reset } of firewallScripts(files)) {
      if (reset !== null) continue;
      for (const rule of rules) {
        if (rule.tool !== 'ufw' || rule.action !== 'deny' || rule.removes || rule.ports === null) continue;
        const shared = (ports: readonly string[] | null) => ports?.some((port) => rule.ports?.includes(port)) ?? false;
        const allows = rules.filter((one) => one.tool === 'ufw' && one.action === 'allow' && !one.removes && !one.first && shared(one.ports));
        const deleted = rules.some((one) => one.removes && shared(one.ports));
        if (allows.length === 0 || deleted) continue;
        yield found(
          'warning',
          'X-004',
          rule.at,
          `The order of ${allows.length} allow and this deny for port ${rule.ports.join(',')} holds only where no older rule for it is there: ufw skips what it has and appends the rest.`,
          'Delete the rules of the port first, or insert them at numbers.',
        );
      }
    }
  },
};
