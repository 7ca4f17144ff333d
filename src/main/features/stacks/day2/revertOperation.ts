import { posix } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { DriftItem } from '../../../../shared/model/stackDrift.ts';
import type { OperationType } from '../../../operations/operations.ts';
import { placesOf } from '../release/mountRules.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { commandFailed, type StackServer } from '../release/stackServer.ts';
import { runGates } from '../rollout/gateRunner.ts';
import type { RolloutPorts } from '../rollout/rolloutRun.ts';
import { revertScript } from './day2Scripts.ts';
import { downSpecSchema } from './lifecycleOperations.ts';
import { lockedOperation } from './lockedOperation.ts';
import { type DriftLook, lookAtDrift } from './lookAtDrift.ts';

const revertSpecSchema = downSpecSchema.extend({ items: z.array(z.string()) });
/** What is frozen into the journal for taking differences back. */
export type RevertSpec = z.infer<typeof revertSpecSchema>;

const limitMs = 900_000;
const settleS = 600;

/** Makes what differs on a server as in the release that runs there; services that are not concerned are not touched. */
export function revertOperation(ports: RolloutPorts): OperationType<RevertSpec> {
  return lockedOperation(ports, {
    kind: 'stack-revert',
    spec: revertSpecSchema,
    step: { id: 'revert', title: 'Make it as in the release' },
    why: (spec) => `takes back what was changed by hand in ${spec.title}`,
    async before(run, spec) {
      const look = await lookAtDrift(run.server);
      return chosen(run.server, look, spec.items).length === 0 ? { state: 'satisfied', detail: 'it is as in the release' } : null;
    },
    async work(run, spec) {
      const { context, server } = run;
      const look = await lookAtDrift(server);
      const items = chosen(server, look, spec.items);
      const { release } = look;
      if (release === null) throw new AppError('stack.not-deployed', { server: server.serverName, stack: server.stackId });
      const work = workFor(items, look, release, server);
      context.phase('apply', items.map(({ id }) => id).join(', '));
      const ended = await context.job('revert', {
        script: revertScript,
        env: { ...server.place(release.id, release).env, ...work.env },
        sudo: server.sudo,
        timeoutMs: limitMs,
      });
      if (ended.exitCode !== 0) throw commandFailed(server.serverName, 'make it as in the release', ended);
      const lost = /^lost (.*)$/m.exec(ended.tail)?.[1];
      if (lost !== undefined)
        throw new AppError('stack.drift-fixed', {
          server: server.serverName,
          item: lost,
          way: 'revert',
          reason: 'what was recorded of it is nowhere on the server any more',
        });
      const services = release.services.filter(({ name }) => work.services.has(name));
      const failure = await runGates(server, { ...release, services, gates: [{ kind: 'containers', timeoutS: settleS }] }, context, run.ports.pollMs);
      if (failure !== null) throw commandFailed(server.serverName, 'wait for the containers', { exitCode: null, tail: failure.reason });
      return { state: 'done', detail: `${items.length} taken back`, exitCode: 0 };
    },
  });
}

/** The differences of the server that were named. Throws `stack.drift-fixed` for one that stays. */
function chosen(server: StackServer, look: DriftLook, ids: readonly string[]): DriftItem[] {
  const items = look.items.filter(({ id }) => ids.includes(id));
  const fixed = items.find(({ revert }) => !revert.possible);
  if (fixed !== undefined) throw new AppError('stack.drift-fixed', { server: server.serverName, item: fixed.id, way: 'revert', reason: fixed.revert.how });
  return items;
}

/** What the script is to do for some differences. */
export function workFor(
  items: readonly DriftItem[],
  look: Pick<DriftLook, 'live' | 'applied'>,
  release: ReleaseRecord,
  server: Pick<StackServer, 'directory'>,
): { env: Record<string, string>; services: Set<string> } {
  const known = new Set(Object.keys(look.applied?.project.services ?? {}));
  const anew = new Set<string>();
  const up = new Set<string>();
  const restart = new Set<string>();
  const extra: string[] = [];
  const back: string[] = [];
  const gone: string[] = [];
  for (const item of items) {
    const { service, kind, id } = item;
    if (kind === 'file') {
      const path = id.slice('file:'.length);
      const sum = release.fileHashes?.[path];
      const copies = placesOf(release, path).map((place) => posix.join(server.directory, place));
      if (sum === undefined) gone.push(posix.join(server.directory, 'releases', release.id, 'project', path));
      else back.push([sum, ...copies].join('\t'));
      for (const [name, files] of Object.entries(release.mounts?.services ?? {})) if (files.includes(path)) restart.add(name);
    } else if (kind === 'volume') {
      for (const [name, definition] of Object.entries(look.applied?.project.services ?? {}))
        if ((definition.volumes ?? []).some(({ type }) => type === 'volume')) up.add(name);
    } else if (service === null || !known.has(service)) {
      extra.push(...look.live.containers.filter(({ name }) => id === `${service}.extra.${name}`).map((container) => container.id));
    } else if (kind === 'removed' || kind === 'stopped' || kind === 'extra') up.add(service);
    else anew.add(service);
  }
  for (const name of anew) up.delete(name);
  for (const name of [...anew, ...up]) restart.delete(name);
  const words = (names: Iterable<string>) => [...names].join(' ');
  return {
    env: { PH_ANEW: words(anew), PH_UP: words(up), PH_RESTART: words(restart), PH_EXTRA: words(extra), PH_BACK: back.join('\n'), PH_GONE: gone.join('\n') },
    services: new Set([...anew, ...up, ...restart]),
  };
}
