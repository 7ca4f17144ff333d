import { firewallScripts } from '../firewallCommands.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** A range that takes in every container of the server. */
export const firewallDockerRange: LintRule = {
  id: 'firewall-docker-range',
  title: 'A private range lets in every container of the server',
  why: 'Docker takes the networks of its bridges out of 172.16.0.0/12, then out of 192.168.0.0/16. A rule that allows the whole range is passed by every container on the server, those of other stacks too. Allow the subnet that is meant.',
  traps: ['X-005'],
  *check({ files }) {
    for (const { rules } of firewallScripts(files)) {
      for (const rule of rules) {
        if (rule.tool === 'words' || rule.action !== 'allow' || rule.removes || rule.from === null || !holdsBridges(rule.from)) continue;
        yield found(
          'warning',
          'X-005',
          rule.at,
          `${rule.from} holds the bridges of Docker (172.17.0.0/16 and those after it): every container of the server passes for port ${rule.ports?.join(',') ?? 'any'}.`,
          'Allow the exact subnet of those who need it.',
        );
      }
    }
  },
};

/** Whether a range holds 172.17.0.0/16, Docker's first bridge. */
function holdsBridges(range: string): boolean {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range);
  if (match === null) return false;
  const [a = 0, b = 0, bits = 32] = [match[1], match[2], match[5]].map(Number);
  if (bits > 16 || bits < 1) return false;
  const mask = 0xffff << (16 - bits);
  return ((((a << 8) | b) ^ ((172 << 8) | 17)) & mask & 0xffff) === 0;
}
