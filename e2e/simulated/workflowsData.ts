import type { WorkflowId } from '../../src/shared/model/ids.ts';
import type { WorkflowDefinition } from '../../src/shared/model/workflow.ts';

const hardening: [title: string, why: string, risk: 'none' | 'restart' | 'lockout'][] = [
  ['Packages up to date', 'Known holes are closed before anything else is built on top.', 'restart'],
  ['Reboot where required', 'A new kernel runs only after a reboot.', 'restart'],
  ['Operator keys, no passwords', 'Passwords can be guessed; keys cannot.', 'lockout'],
  ['sshd: effective settings', 'Drop-in files can undo what the main file says.', 'lockout'],
  ['Fresh login proved', 'Whoever changes the door checks that it still opens.', 'none'],
  ['Firewall, DOCKER-USER', 'Ports that Docker publishes pass by ufw.', 'lockout'],
  ['fail2ban, own address kept', 'Guessing is slowed down without banning oneself.', 'none'],
  ['Unattended upgrades', 'Security updates do not wait for a person.', 'none'],
  ['Log rotation', 'A full disk stops everything.', 'none'],
  ['Outside port probe', 'What is open is judged from outside, not from the rules.', 'none'],
  ['Sign-off by a second person', 'Two people have looked.', 'none'],
];

function definition(id: string, title: string, summary: string, kind: 'checklist' | 'runbook', steps: typeof hardening): WorkflowDefinition {
  return {
    id: id as WorkflowId,
    version: 2,
    title,
    summary,
    kind,
    inputs: [
      {
        name: 'operatorLogin',
        title: 'Login of the operators',
        help: 'Made where it is missing; gets sudo without a password.',
        type: 'login',
        default: 'ops',
      },
      { name: 'operatorKey', title: 'Public key of the operators', type: 'public-key' },
      { name: 'swapSizeMib', title: 'Swap', help: '0 leaves swap as it is.', type: 'size-mib', default: '0' },
      { name: 'autoReboot', title: 'Reboot by itself at night when an update asks for it', type: 'boolean', default: 'false' },
    ],
    steps: steps.map(([stepTitle, why, risk]) => ({
      id: stepTitle
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 40)
        .replace(/-$/, ''),
      title: stepTitle,
      why,
      kind: 'command',
      sudo: true,
      effect: 'idempotent',
      risk,
      timeoutS: 900,
      check: 'test -f /etc/pilothouse-simulated',
      apply: 'touch /etc/pilothouse-simulated',
      verify: 'test -f /etc/pilothouse-simulated',
    })),
  };
}

/** The library as it is shown. */
export const workflowLibrary: WorkflowDefinition[] = [
  definition('security-hardening', 'Security hardening', 'Closes a server to the outside without locking its operators out.', 'checklist', hardening),
  definition(
    'day1-base',
    'Day 1: base system',
    'From a bare login to a server that a stack can be placed on: packages, Docker, driver, logs.',
    'checklist',
    hardening.slice(0, 8),
  ),
  {
    ...definition('disk-full', 'Disk full', 'Finds what fills a disk and frees what can be had again without loss.', 'runbook', hardening.slice(0, 5)),
    triggers: ['no space left on device', 'a disk is above 95 %'],
    alerts: ['t000-disk-crit'],
  },
  definition(
    'gpu-not-responding',
    'GPU does not respond',
    'From the first look at nvidia-smi to a drained, rebooted and proved server.',
    'runbook',
    hardening.slice(0, 5),
  ),
];

/** A file of the person's own folder that cannot be used. */
export const brokenWorkflow = {
  id: 'weekly-cleaning',
  file: '/home/mara/.local/share/pilothouse/workflows/weekly-cleaning.yaml',
  issues: ['line 14: steps.prune.check: an idempotent step needs one'],
};
