import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { DeployPlan, KeptPlan } from '../../src/shared/contract/stackPlans.ts';
import type { StackDefinition } from '../../src/shared/model/stackDefinition.ts';

const gib = 1024 ** 3;
const diff = `--- config/gateway.toml
+++ config/gateway.toml
@@ -4,7 +4,7 @@
 [gateway]
 bind = "0.0.0.0:3000"
 
-[models.chat]
-context = 8192
+[models.chat]
+context = 16384
 api_key = "••••"
`;

function driftOf(stack: StackDefinition): DeployPlan['drift'][number] {
  const service = stack.services[0]?.name ?? 'api';
  return {
    ...{
      id: `${service}.environment.LOG`,
      kind: 'environment',
      service,
      said: `environment.LOG of ${service} was changed on the server`,
      desired: 'info',
      live: 'trace',
    },
    adopt: { possible: true, how: 'writes a release in which LOG is trace' },
    revert: { possible: true, how: `makes ${service} anew` },
  };
}

/** The first server's stack opens a door; a note stands everywhere. */
function findingsOf(stack: StackDefinition, index: number): DeployPlan['findings'] {
  const place = (line: number, position: number) => ({ file: 'compose.yaml', line, service: stack.services[position]?.name ?? null });
  const note: DeployPlan['findings'][number] = {
    ...{ rule: 'image-digest', trap: null, severity: 'note', place: place(4, 0) },
    reason: 'Its tag can be moved by whoever owns it.',
    fix: 'Name the digest where the image must not change.',
  };
  if (index > 0) return [note];
  return [
    {
      ...{ rule: 'health-start-period', trap: 'X-013', severity: 'warning', place: place(24, 1) },
      reason: `${stack.services[1]?.name ?? 'It'} loads a model for minutes, and its health check counts from the first second.`,
      fix: 'Give its health check a start_period as long as loading takes.',
    },
    {
      ...{ rule: 'port-policy', trap: 'X-021', severity: 'error', place: place(11, 0) },
      reason: 'Port 8000 is published on 0.0.0.0, and Docker lets it past ufw.',
      fix: 'Bind it to 127.0.0.1 or to a private address.',
    },
    note,
  ];
}

/** What a deploy would do on one server: the first services change, each in another way; a server without the stack gets all of it. */
export function planOf(row: FleetRow, stack: StackDefinition, index: number): DeployPlan {
  const from = row.stacks.find((placed) => placed.stackId === stack.id)?.release ?? null;
  const number = from === null ? 1 : Number(from.slice(1)) + 1;
  const known = row.facts !== null;
  const gpus = row.facts?.gpu.devices.length ?? 0;
  const services = stack.services.map(({ name }, position): DeployPlan['services'][number] => {
    if (from === null) return { name, effect: 'create', why: 'it is not there yet', reasons: [], containers: { now: 0, after: 1 } };
    if (position === 0)
      return {
        name,
        effect: 'recreate',
        why: 'image changes from registry.example/gateway:1.4.1 to registry.example/gateway:1.4.2; environment.LOG changes',
        reasons: [
          {
            path: 'image',
            from: 'registry.example/gateway:1.4.1',
            to: 'registry.example/gateway:1.4.2',
            said: 'image changes from registry.example/gateway:1.4.1 to registry.example/gateway:1.4.2',
          },
          { path: 'environment.LOG', from: null, to: null, said: 'environment.LOG changes' },
          { path: 'file config/gateway.toml', from: null, to: null, said: 'the file config/gateway.toml that it mounts changes' },
        ],
        containers: { now: 1, after: 1 },
        downtime: { seconds: 38, why: '10 s at most to stop, 28 s until it was healthy the last time' },
        requestsRunning: index === 0 ? 3 : null,
      };
    if (position === 1 && index % 2 === 0)
      return {
        name,
        effect: 'restart',
        why: `${stack.services[0]?.name} is made anew, and it is to be restarted after that`,
        reasons: [{ path: `depends_on.${stack.services[0]?.name}.restart`, from: null, to: null, said: `${stack.services[0]?.name} is made anew` }],
        containers: { now: 1, after: 1 },
        downtime: { seconds: null, why: 'how long it took to become healthy cannot be seen any more' },
      };
    if (position === 2 && index % 2 === 1)
      return {
        name,
        effect: 'create',
        why: '1 of 2 containers are there',
        reasons: [{ path: 'scale', from: '1', to: '2', said: '1 of 2 containers are there' }],
        containers: { now: 1, after: 2 },
      };
    if (position === 3 && index % 3 === 2)
      return { name, effect: 'start', why: `${stack.id}-${name}-1 has ended`, reasons: [], containers: { now: 1, after: 1 } };
    return { name, effect: 'keep', why: 'nothing of it changes', reasons: [], containers: { now: 1, after: 1 } };
  });
  const reference = 'registry.example/gateway:1.4.2';
  const full = index % 5 === 4;
  return {
    serverName: row.server.name,
    release: `r${number}`,
    from,
    services,
    files: from === null ? [] : [{ path: 'config/gateway.toml', change: 'changed', diff, masked: true, services: [stack.services[0]?.name ?? ''] }],
    secrets: stack.secrets.map(({ name }, position) => ({ name, change: from === null ? 'new' : position === 0 ? 'kept' : 'changed' })),
    parameters: from === null ? [] : [{ name: 'contextLength', from: '8192', to: '16384' }],
    networks: [
      { name: `ph-${stack.id}_inner`, effect: from === null ? 'create' : 'keep', why: from === null ? 'it is not there yet' : 'nothing of it changes' },
    ],
    volumes: [{ name: `ph-${stack.id}_data`, effect: from === null ? 'create' : 'keep', why: from === null ? 'it is not there yet' : 'nothing of it changes' }],
    pulls: {
      images: [
        {
          reference,
          services: [stack.services[0]?.name ?? ''],
          state: from === null ? 'missing' : 'moved',
          onServer: from === null ? null : `sha256:${'4f'.repeat(32)}`,
          inRegistry: `sha256:${'9c'.repeat(32)}`,
          bytes: 1.2 * gib,
          why: null,
        },
        {
          reference: 'registry.example/ui:1.4.2',
          services: [stack.services[1]?.name ?? ''],
          state: 'unknown',
          onServer: `sha256:${'b1'.repeat(32)}`,
          inRegistry: null,
          bytes: null,
          why: 'the registry asks for a login',
        },
      ],
      bytes: 1.2 * gib,
      neededBytes: 4.2 * gib,
      freeBytes: full ? 2 * gib : 120 * gib,
      fits: !full,
    },
    downtime: from === null ? { seconds: 0, why: 'nothing stops' } : { seconds: index % 2 === 0 ? null : 38, why: stack.services[0]?.name ?? '' },
    drift: from !== null && index === 0 ? [driftOf(stack)] : [],
    findings: findingsOf(stack, index),
    shortfalls: [
      ...(gpus === 0 && known ? ['needs 1 GPU, has none'] : []),
      ...(full ? ['free disk is 2048 MiB, about 4301 MiB are needed for the images'] : []),
    ],
    unknowns: [
      ...(known ? [] : ['nothing is known of this server yet']),
      'whether its registry has another registry.example/ui:1.4.2 by now (the registry asks for a login)',
    ],
  };
}

/** Plans that were made in this life of the simulator. */
export const keptPlans: KeptPlan[] = [];

/** Keeps a plan. */
export function keepPlan(plan: Omit<KeptPlan, 'id' | 'who' | 'createdAtMs'>): KeptPlan {
  const id = `plan_${'abcdefghijklmnop'.slice(0, 12)}${['a', 'b', 'c', 'd'].map((_, place) => String.fromCharCode(97 + (Math.floor(keptPlans.length / 26 ** place) % 26))).join('')}`;
  const kept = { ...plan, id, who: 'Mara', createdAtMs: Date.now() };
  keptPlans.unshift(kept);
  return kept;
}
