import type { OperationId, ServerId } from '../../../../../shared/model/ids.ts';
import type { Cell, Operation, OutputEntry } from '../../../../../shared/model/operation.ts';
import type { ReportSource } from '../gatherReport.ts';

const began = Date.UTC(2026, 10, 21, 9, 30, 0);
const servers = [
  { serverId: 'srv_1' as ServerId, name: 'gpu-1' },
  { serverId: 'srv_2' as ServerId, name: 'gpu-2' },
];
const id = 'op_sample0000000001' as OperationId;

function cell(server: number, stepId: string, more: Partial<Cell>): Cell {
  const at = began + server * 1000 + stepId.length * 500;
  return {
    ...{ serverId: servers[server]?.serverId ?? ('srv' as ServerId), stepId, state: 'done', phase: null, detail: null, attempt: 1, exitCode: 0, error: null },
    ...{ startedAtMs: at, finishedAtMs: at + 2500, ...more },
  };
}

/** A run of a workflow as reports are tried on: every kind of block, letters of several scripts, and things that try to be markup. */
export function sampleReport(): ReportSource {
  const operation: Operation = {
    ...{
      id,
      kind: 'workflow',
      title: 'Hardening <b>of</b> *both*',
      subject: 'hardening',
      state: 'partly-failed',
      targets: servers,
      cellsTotal: 6,
      cellsFinished: 6,
    },
    ...{ currentStep: null, who: 'Ada Łukasiewicz', createdAtMs: began - 1000, startedAtMs: began, finishedAtMs: began + 95_000, error: null },
    strategy: { kind: 'all', concurrency: 16 },
    steps: [
      { id: 'keys', title: 'Keys only', runs: 'always', group: 'SSH' },
      { id: 'firewall', title: 'Firewall', runs: 'always', group: 'Network' },
      { id: 'look', title: 'Somebody has looked', runs: 'always' },
    ],
    cells: [
      cell(0, 'keys', { state: 'satisfied', detail: 'sshd -T: passwordauthentication no' }),
      cell(1, 'keys', { detail: 'drop-in written; sshd -T: passwordauthentication no', attempt: 2 }),
      cell(0, 'firewall', { detail: 'ufw is active: 22/tcp | 443/tcp' }),
      cell(1, 'firewall', {
        ...{ state: 'failed', exitCode: 4, detail: null },
        error: { code: 'workflow.step-failed', data: { server: 'gpu-2', step: 'Firewall', phase: 'apply', exitCode: 4, output: 'ufw: command not found' } },
      }),
      cell(0, 'look', { detail: 'done: looked (Grace)', exitCode: null }),
      cell(1, 'look', { state: 'skipped', detail: 'needs firewall, which ended as failed', exitCode: null }),
    ],
  };
  const entries: OutputEntry[] = [
    ...[entry(0, 'srv_1', 'keys', 'stdout', 'passwordauthentication no\n'), entry(1, 'srv_1', 'keys', 'note', 'check: exit 0\n')],
    ...[
      entry(2, 'srv_2', 'firewall', 'stderr', '\u001b[31mufw\u001b[0m: ```command``` not found ✔ Ελλάδα Київ 東京\n'),
      entry(3, 'srv_2', 'firewall', 'note', 'apply: exit 4\n'),
    ],
  ];
  const answer = {
    value: 'done',
    note: 'Looked at <script>alert(1)</script> and the ports',
    attachments: ['att_1'],
    attestation: 'ssh-ed25519 AAAA… signed',
    who: 'Grace',
    atMs: began + 60_000,
  };
  const place = { operationId: id, serverId: servers[0]?.serverId ?? null, stepId: 'look' };
  return {
    operation,
    workflow: {
      definition: {
        id: 'hardening',
        version: 3,
        inputs: [
          { name: 'token', title: 'Token', type: 'secret' },
          { name: 'login', title: 'Login', type: 'login' },
        ],
      },
      steps: [
        { id: 'keys', kind: 'command', why: 'Passwords can be guessed; keys cannot.', question: null, severity: 'critical' },
        { id: 'firewall', kind: 'command', why: 'What need not be reached is not.', question: null, severity: null },
        { id: 'look', kind: 'question', why: 'Two people have looked.', question: 'Look at the ports from outside.', severity: null },
      ],
      ...{ inputs: { token: 'registry/token', login: 'ops' }, checkOnly: false },
    },
    frozenDefinition: { id: 'hardening', version: 3 },
    answers: [{ serverId: 'srv_1' as ServerId, stepId: 'look', attempt: 1, answer }],
    notes: [{ id: 'note_1', ...place, text: 'The mirror was slow.\nThe password is hunter2.', who: 'Ada Łukasiewicz', atMs: began + 40_000 }],
    attachments: [{ id: 'att_1', ...place, name: 'ports.txt', size: 1234, sha256: 'ab'.repeat(32), type: 'text/plain', who: 'Grace', atMs: began + 59_000 }],
    output: async (afterSeq) => ({ entries: entries.filter(({ seq }) => seq > afterSeq), gapUntil: null }),
    partsIn: ({ data }) => [...data.matchAll(/^(check|apply): exit (\d+)$/gm)].map(([, part, code]) => ({ part: part ?? '', exitCode: Number(code) })),
    wording: () => ({ sentence: 'The step “Firewall” failed on "gpu-2".', next: 'Look at its output.' }),
    mask: (text) => text.replaceAll('hunter2', '••••'),
    generated: { atMs: began + 3_600_000, by: 'Ada Łukasiewicz', version: '0.1.0' },
  };
}

function entry(seq: number, serverId: string, stepId: string, stream: OutputEntry['stream'], data: string): OutputEntry {
  return { seq, atMs: began + 2000 + seq, serverId: serverId as ServerId, stepId, phase: 'check', stream, encoding: 'utf8', data };
}
