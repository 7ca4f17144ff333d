import { firewallScripts } from '../firewallCommands.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** A firewall that is switched on, or rules that are given, without a way in for SSH. */
export const firewallLockout: LintRule = {
  id: 'firewall-lockout',
  title: 'A firewall is set up without a rule for SSH',
  why: 'ufw keeps everything out as soon as it is enabled. Without an allow for SSH before that, the session that enables it may be the last. Allow the SSH port from where you come first, and let the change take itself back unless a second login proves it; the hardening workflows do both.',
  traps: ['X-003'],
  *check({ files }) {
    for (const script of firewallScripts(files)) {
      const ufw = script.rules.filter(({ tool, removes }) => tool !== 'words' && !removes);
      const closes = script.enabled ?? script.defaultDeny;
      const at = closes ?? ufw[0]?.at;
      if (at === undefined || at === null) continue;
      const ssh = ufw.find(
        ({ action, ports }) => action === 'allow' && (ports === null || ports.some((port) => port === '22' || /ssh|\$/i.test(port) || inRange(port, 22))),
      );
      if (ssh === undefined) {
        yield found(
          script.enabled === null ? 'warning' : 'error',
          'X-003',
          at,
          `${ufw.length} firewall rules and no allow for SSH${script.enabled === null ? ': once ufw is enabled, nobody gets in' : ' before it is enabled: nobody gets in any more'}.`,
          'Allow the SSH port from your own address before everything else.',
        );
      } else if (script.enabled !== null && (ssh.at.line ?? 0) > (script.enabled.line ?? 0)) {
        yield found('error', 'X-003', script.enabled, `The firewall is enabled before SSH is allowed in line ${ssh.at.line ?? '?'}.`, 'Allow SSH first.');
      }
    }
  },
};

function inRange(text: string, port: number): boolean {
  const [from, to] = text.split(':').map(Number);
  return to !== undefined && from !== undefined && from <= port && port <= to;
}
