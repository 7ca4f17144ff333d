import type { GroupEdit } from '../../src/main/features/groups/groupsService.ts';
import type { CloudResourceFields } from '../../src/shared/model/cloudResource.ts';
import type { DocumentFields } from '../../src/shared/model/document.ts';
import type { StackId } from '../../src/shared/model/ids.ts';
import type { Server } from '../../src/shared/model/server.ts';

/** What is said about groups: a pool in order, and a pair whose standby is missing. */
export function groupsOf(servers: readonly Server[]): Pick<GroupEdit, 'name' | 'kind' | 'entrance' | 'notes' | 'parts'>[] {
  const members = (name: string) => servers.filter(({ groups }) => groups.includes(name));
  const [first, second] = members('pool-a');
  if (first === undefined) return [];
  const drained = second === undefined ? [] : [{ server: second.name, part: 'drained' as const }];
  const [pair] = members('pool-b');
  return [
    {
      name: 'pool-a',
      kind: 'pool',
      entrance: 'slb-inference',
      notes: 'Weights follow the number of GPUs.',
      parts: [{ server: first.name, part: 'active', weight: 4 }, ...drained],
    },
    ...(pair === undefined
      ? []
      : [{ name: 'pool-b', kind: 'region-pair' as const, entrance: null, notes: null, parts: [{ server: pair.name, part: 'primary' as const }] }]),
  ];
}

/** Cloud resources beside the servers. */
export function resourcesOf(servers: readonly Server[]): CloudResourceFields[] {
  if (servers.length === 0) return [];
  const plain = { region: null, identifier: null, address: null, owner: null, cost: null, notes: null, servers: [], groups: [] };
  const linked = servers.slice(0, 3).map(({ name }) => name);
  return [
    {
      ...plain,
      ...{ name: 'slb-inference', kind: 'load-balancer', provider: 'Alibaba Cloud', region: 'cn-hangzhou', identifier: 'lb-bp1b6c719dfa08ex' },
      ...{ address: 'inference.example.com', owner: 'Platform team', cost: { amount: 42, currency: 'USD', per: 'month' }, servers: linked, groups: ['pool-a'] },
      notes: 'Health check: GET /health every 30 s, three misses.',
    },
    {
      ...plain,
      name: 'models',
      kind: 'object-storage',
      provider: 'Alibaba Cloud',
      region: 'cn-hangzhou',
      cost: { amount: 0.0312, currency: 'USD', per: 'hour' },
    },
    {
      ...plain,
      name: 'backups-s3',
      kind: 'object-storage',
      provider: 'AWS',
      region: 'eu-central-1',
      owner: 'Mara',
      cost: { amount: 20, currency: 'USD', per: 'month' },
    },
    { ...plain, name: 'assets-cdn', kind: 'cdn', provider: 'Alibaba Cloud', address: 'cdn.example.com' },
    { ...plain, name: 'kms', kind: 'key-service', provider: 'Alibaba Cloud', owner: 'Security' },
    { ...plain, name: 'example-com', kind: 'dns', provider: 'Hetzner', cost: { amount: 10, currency: 'EUR', per: 'month' } },
  ];
}

const access = (place: string) => `# How to get in

Production is reached **through the bastion** alone. Passwords are off; keys live in the agent.

1. Ask *Platform team* to add your key to the group \`ops\`.
2. Connect: \`ssh -J bastion.example.com ops@10.20.0.4\`
3. Check where you are before you type: \`hostname\`.

| from | to | allowed |
|---|---|---|
| office | bastion | yes, port 22 |
| anywhere | ${place} | no |

> A key that is not used for 90 days is removed.

- [x] bastion has two people who can get in
- [ ] emergency login tried this quarter

See also the [provider's console](https://console.example.com/).
`;

const gpu = `# GPU is lost

\`\`\`sh
nvidia-smi --query-gpu=index,pci.bus_id --format=csv
dmesg | grep -i xid
\`\`\`

Drain the server first. **Xid 79** means that the card fell off the bus: power-cycle, then open a case.

<b>Markup of others</b> is shown as it was written.
`;

/** Documents with every text they had: one overdue, one due soon, one without a review. */
export function documentsOf(servers: readonly Server[], nowMs: number): { fields: DocumentFields; texts: string[] }[] {
  const [server] = servers;
  if (server === undefined) return [];
  const day = (days: number) => new Date(nowMs + days * 86_400_000).toISOString().slice(0, 10);
  const plain = { owner: null, reviewedOn: null, nextReviewOn: null, servers: [], groups: [], stacks: [] };
  return [
    {
      fields: {
        ...plain,
        ...{
          name: 'production-access',
          title: 'Access to production',
          kind: 'procedure',
          owner: 'Platform team',
          reviewedOn: day(-120),
          nextReviewOn: day(-30),
        },
        ...{ servers: [server.name], groups: ['pool-a'] },
      },
      texts: [access('servers'), access('servers, by anybody'), access('production servers')],
    },
    {
      fields: {
        ...plain,
        name: 'gpu-lost',
        title: 'GPU is lost',
        kind: 'runbook',
        owner: 'Mara',
        reviewedOn: day(-80),
        nextReviewOn: day(9),
        stacks: ['privaxai' as StackId],
      },
      texts: [gpu],
    },
    { fields: { ...plain, name: 'q3-review', title: 'Review of the third quarter', kind: 'review' }, texts: ['# Third quarter\n\nNothing was lost.\n'] },
  ];
}
