import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { DeploymentDrift, HeldModel, PruneItem, PruneList } from '../../src/shared/contract/stackDay2.ts';
import type { StackDefinition } from '../../src/shared/model/stackDefinition.ts';
import type { DriftItem } from '../../src/shared/model/stackDrift.ts';

const mib = 1024 * 1024;
const digestOf = (from: string) =>
  `sha256:${[...from]
    .map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .padEnd(64, '4f1a9e2b07d5531c')
    .slice(0, 64)}`;

/** Its place in the fleet; some places have things to tell. */
function placeOf(row: FleetRow): number {
  return Number(row.server.id.replace(/\D/g, '')) || 0;
}

const revertible = (how: string) => ({ possible: true, how });

/** Differences of every kind between what shall run and what does. */
function differences(stack: StackDefinition): DriftItem[] {
  const [first = 'api', second = 'redis', third = first] = stack.services.map((service) => service.name);
  return [
    {
      id: `${first}.image`,
      kind: 'image',
      service: first,
      said: 'another image runs than the release names',
      desired: `registry.example/${first}:1.4.2@${digestOf(first).slice(0, 19)}`,
      live: `registry.example/${first}:1.4.2@${digestOf(`${first}-moved`).slice(0, 19)}`,
      adopt: revertible('The release is written with this digest. Nothing restarts.'),
      revert: revertible(`${first} is made anew from the digest of the release, about 40 s without answers.`),
    },
    {
      id: `${first}.environment.LOG_LEVEL`,
      kind: 'environment',
      service: first,
      said: 'LOG_LEVEL was changed by hand',
      desired: 'info',
      live: 'debug',
      adopt: revertible('The next release has LOG_LEVEL=debug. Nothing restarts.'),
      revert: revertible(`${first} is made anew with LOG_LEVEL=info, about 40 s without answers.`),
    },
    {
      id: `${second}.environment.PASSWORD`,
      kind: 'environment',
      service: second,
      said: 'PASSWORD is another one; what it is stays on the server',
      desired: null,
      live: null,
      adopt: { possible: false, how: 'A secret is not taken from a server. Rotate it here instead.' },
      revert: revertible(`${second} is made anew with the secret that is kept here.`),
    },
    {
      id: 'file:config/gateway.toml',
      kind: 'file',
      service: first,
      said: '3 lines of config/gateway.toml differ',
      desired: 'sha256:5b1d09c2',
      live: 'sha256:e77f41aa',
      adopt: revertible(`The file is taken from the server into a new release; ${first} restarts with it.`),
      revert: revertible(`The file is written as in the release; ${first} restarts with it.`),
    },
    {
      id: `${third}.port.0.0.0.0:6379`,
      kind: 'port',
      service: third,
      said: 'a port is open that the release does not have',
      desired: null,
      live: '0.0.0.0:6379->6379/tcp',
      adopt: { possible: false, how: 'The port policy of the stack keeps 6379 inside.' },
      revert: revertible(`${third} is made anew without the port.`),
    },
    {
      id: 'extra:debug-shell',
      kind: 'extra',
      service: null,
      said: 'a container debug-shell runs in the project that no release has',
      desired: null,
      live: 'alpine:3.20',
      adopt: { possible: false, how: 'A container without a definition cannot be taken into a release.' },
      revert: revertible('The container is stopped and removed.'),
    },
  ];
}

/** What differs on a server: much on the first, a stopped service on the one that is down, little here and there, mostly nothing. */
export function driftOf(row: FleetRow, stack: StackDefinition, release: string | null, settled: ReadonlySet<string>, nowMs: number): DeploymentDrift {
  const place = placeOf(row);
  const all = differences(stack);
  const service = stack.services[0]?.name ?? 'api';
  const stopped: DriftItem = {
    id: `${service}.stopped`,
    kind: 'stopped',
    service,
    said: `${service} shall run and does not: it ended with 137`,
    desired: 'running',
    live: 'exited (137)',
    adopt: { possible: false, how: 'A release has no stopped services.' },
    revert: revertible(`${service} is started. It was killed for want of memory and may be again.`),
  };
  const items = place === 0 ? all : place === 3 ? [stopped] : place % 5 === 4 ? all.slice(1, 2) : [];
  return {
    serverId: row.server.id,
    serverName: row.server.name,
    stackId: stack.id,
    release,
    lookedAtMs: nowMs - 3_000,
    items: items.filter((item) => !settled.has(`${row.server.id}/${item.id}`)),
    unknowns: place === 0 ? ['config/tls/server.key is readable by root alone; it was not compared'] : [],
  };
}

/** What a prune would take and what it keeps. */
export function pruneListOf(row: FleetRow, stack: StackDefinition, release: string | null, pruned: boolean): PruneList {
  const newest = Number((release ?? 'r1').slice(1));
  const name = stack.services[0]?.name ?? 'api';
  const gone: PruneItem[] = pruned
    ? []
    : [
        ...[7, 8]
          .filter((back) => newest - back > 0)
          .map((back): PruneItem => {
            const id = `r${newest - back}`;
            return { id: `release:${id}`, kind: 'release', name: id, bytes: 41_000, goes: true, why: 'older than the last 5 and not running' };
          }),
        { id: 'files:1f0c2b9d7a3e4410', kind: 'files', name: 'files/1f0c2b9d7a3e4410', bytes: 612_000, goes: true, why: 'no kept release mounts it' },
        {
          id: `image:${digestOf(`${name}-old`)}`,
          kind: 'image',
          name: `registry.example/${name}:1.3.9`,
          bytes: 7_340 * mib,
          goes: true,
          why: 'no kept release and no container uses it',
        },
        {
          id: `image:${digestOf('dangling')}`,
          kind: 'image',
          name: 'without a name',
          bytes: 812 * mib,
          goes: true,
          why: 'replaced under its tag, used by nothing',
        },
      ];
  const kept: PruneItem[] = [
    ...Array.from({ length: Math.min(5, newest) }, (_, back): PruneItem => {
      const id = `r${newest - back}`;
      return {
        id: `release:${id}`,
        kind: 'release',
        name: id,
        bytes: 43_000,
        goes: false,
        why: back === 0 ? 'runs' : back === 1 ? 'a rollback goes to it' : 'of the last 5',
      };
    }),
    {
      id: `image:${digestOf(name)}`,
      kind: 'image',
      name: `registry.example/${name}:1.4.2`,
      bytes: 7_410 * mib,
      goes: false,
      why: 'runs, and r18 to r16 name it',
    },
    ...(pruned
      ? []
      : [
          {
            id: `volume:ph-${stack.id}_cache_old`,
            kind: 'volume' as const,
            name: `ph-${stack.id}_cache_old`,
            bytes: 2_310 * mib,
            goes: false,
            why: 'no container has it; it holds data, so that it goes only when it is named',
          },
        ]),
  ];
  const items = [...gone, ...kept];
  return { serverName: row.server.name, stackId: stack.id, items, bytes: gone.reduce((sum, item) => sum + (item.bytes ?? 0), 0) };
}

/** Models that a stack holds, where it serves any. */
export function modelsOf(row: FleetRow, stack: StackDefinition): HeldModel[] {
  const service = stack.services.find(({ name }) => /ollama/.test(name))?.name;
  if (service === undefined) return [];
  const held = (name: string, gigabytes: number, kept = false, moved = false): HeldModel => ({
    serverName: row.server.name,
    service,
    name,
    digest: digestOf(moved ? `${name}-new` : name),
    bytes: gigabytes * 1024 * mib,
    recorded: kept ? null : digestOf(name),
    kept,
  });
  return [held('qwen2.5-coder:7b', 4.7), held('llama3.1:8b', 4.9, false, true), held('qwen2.5-coder:7b-before', 4.6, true)];
}
