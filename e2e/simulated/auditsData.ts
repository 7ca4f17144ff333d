import type { AuditCheck, Severity } from '../../src/shared/model/audit.ts';
import type { OperationId } from '../../src/shared/model/ids.ts';
import type { Cell } from '../../src/shared/model/operation.ts';
import { looks } from './looks.ts';
import type { World } from './world.ts';

const checks: [id: string, title: string, severity: Severity, fine: string, wrong: string][] = [
  ['updates.security', 'Security updates in place', 'high', '0 security updates wait', '14 security updates wait, the oldest for 23 days'],
  [
    'ssh.keys-only',
    'Keys only',
    'critical',
    'sshd -T: passwordauthentication no',
    'sshd -T: passwordauthentication yes, set by /etc/ssh/sshd_config.d/50-cloud-init.conf',
  ],
  ['ssh.root', 'No login as root', 'critical', 'sshd -T: permitrootlogin no', 'sshd -T: permitrootlogin without-password'],
  ['firewall.active', 'Firewall active', 'critical', 'ufw is active, incoming is denied by default', 'ufw is inactive'],
  ['firewall.docker', 'Published ports obey it', 'high', 'DOCKER-USER drops what the policy does not name', '8000/tcp and 8080/tcp pass by the firewall'],
  ['fail2ban.sshd', 'Guessing is slowed down', 'medium', 'the jail sshd is on', 'fail2ban is not installed'],
  ['upgrades.unattended', 'Security updates by themselves', 'medium', 'on, at 06:14', 'the timer apt-daily-upgrade is off'],
  ['logs.rotation', 'Logs of containers are limited', 'medium', 'json-file, 5 files of 50 MB', 'daemon.json sets no limit: 41 GB of logs'],
  ['kernel.settings', 'Kernel settings', 'low', '9 of 9 settings', 'net.ipv4.conf.all.rp_filter is 0'],
  [
    'exposure.outside',
    'Nothing else answers from outside',
    'critical',
    '212 ports tried, 22 and 443 open',
    '212 ports tried, 8000 open though the policy keeps it internal',
  ],
  ['sign-off', 'Somebody else has looked', 'low', '', ''],
];

/** The checks of the audits that every simulated fleet begins with. */
export const auditChecks: AuditCheck[] = checks.map(([stepId, title, severity]) => ({
  ...{ stepId, title, severity, group: stepId.split('.')[0] ?? null, why: `${title}: what is not so is found by others first.`, note: null },
  ...{
    apply: stepId === 'sign-off' || stepId === 'exposure.outside' ? null : `set -eu\n# makes it so: ${title}\n`,
    risk: severity === 'critical' ? 'lockout' : 'none',
  },
  requirements: ['R-064'],
}));

/** Ids of audits of the simulated fleet, the latest first. */
export const auditIds = ['op_audit00000000003', 'op_audit00000000002', 'op_audit00000000001'] as const;

/** Which checks find something, by round and server. */
const wrong = (round: number, target: number, step: number) =>
  (target * 7 + step * 3) % 5 < 3 - round - (target === 0 ? 1 : 0) || (round === 2 && target === 2 && step === 7);

/** Three audits of the same servers, a week apart, that became better. */
export function presetAudits(world: World, nowMs: number): void {
  const rows = world.rows
    .values()
    .filter((row) => row.server.environment === 'staging')
    .slice(0, 5);
  if (rows.length === 0) return;
  const steps = checks.map(([id, title]) => ({ id, title }));
  for (const [index, id] of [...auditIds].reverse().entries()) {
    const createdAtMs = nowMs - (2 - index) * 7 * 86_400_000 - 5_400_000;
    world.operations.start({
      id,
      kind: 'workflow',
      title: 'Security hardening (check only)',
      subject: 'security-hardening',
      rows,
      steps,
      who: index === 1 ? 'Jonas' : 'Mara',
      createdAtMs,
    });
    world.operations.freeze(id, (operation) => ({
      ...looks(operation, (target, step) => ({
        attempt: 1,
        startedAtMs: createdAtMs + step * 900,
        finishedAtMs: createdAtMs + step * 900 + 700,
        ...cellOf(index, target, step),
      })),
      ...{ state: 'succeeded', startedAtMs: createdAtMs, finishedAtMs: createdAtMs + 12_000 },
    }));
  }
}

function cellOf(round: number, target: number, step: number): Partial<Cell> {
  const check = checks[step];
  if (check === undefined) return {};
  const [id, , , fine, bad] = check;
  if (id === 'sign-off') return { state: 'skipped', exitCode: null, detail: 'asked in a run, not in an audit' };
  if (target === 4 && id === 'exposure.outside') return { state: 'failed', exitCode: 2, detail: 'the check is unclear' };
  if (wrong(round, target, step)) return { state: 'skipped', exitCode: 1, detail: `would change: ${bad}` };
  return { state: 'satisfied', exitCode: 0, detail: fine };
}

/** Whether an operation is one of them. */
export function isPresetAudit(id: OperationId): boolean {
  return auditIds.some((each) => each === id);
}
