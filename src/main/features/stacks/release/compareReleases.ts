import type { ReleaseComparison } from '../../../../shared/contract/stackReleases.ts';
import { AppError } from '../../../../shared/errors.ts';
import { diffFiles } from '../plan/fileDiffRules.ts';
import { lookAtRelease } from '../plan/lookAt.ts';
import { reasonsBetween } from '../plan/reasonRules.ts';
import { type ReleaseRecord, toRelease } from './releaseRules.ts';
import type { StackServer } from './stackServer.ts';

/** Compares two releases of a stack on its server. Reads only. Throws `stack.release-not-found`. */
export async function compareReleases(server: StackServer, from: string, to: string): Promise<ReleaseComparison> {
  const { releases } = await server.state();
  const find = (id: string) => {
    const found = releases.find((release) => release.id === id);
    if (found === undefined) throw new AppError('stack.release-not-found', { server: server.serverName, stack: server.stackId, release: id });
    return found;
  };
  const [old, now] = [find(from), find(to)];
  const [left, right] = await Promise.all([lookAtRelease(server, old), lookAtRelease(server, now)]);
  const [before, after] = await Promise.all([server.secretsOf(old.id), server.secretsOf(now.id)]);
  const unknowns = [left === null ? old.id : null, right === null ? now.id : null].flatMap((id) =>
    id === null ? [] : [`what Compose makes of ${id}: it cannot read it any more`],
  );
  return {
    from: toRelease(old),
    to: toRelease(now),
    services: servicesBetween(old, now, left?.project.services ?? {}, right?.project.services ?? {}, { left: left?.hashes, right: right?.hashes }),
    parameters: parametersBetween(old, now),
    files: diffFiles(left?.files ?? new Map(), right?.files ?? new Map(), {
      secrets: Object.values({ ...before, ...after }),
      services: { ...old.mounts?.services, ...now.mounts?.services },
    }),
    secrets: [...new Set([...old.secretNames, ...now.secretNames])].sort().map((name) => ({ name, change: changeOf(before[name], after[name]) })),
    unknowns,
  };
}

type Services = NonNullable<Awaited<ReturnType<typeof lookAtRelease>>>['project']['services'];

function servicesBetween(
  old: ReleaseRecord,
  now: ReleaseRecord,
  left: Services,
  right: Services,
  hashes: { left: ReadonlyMap<string, string> | undefined; right: ReadonlyMap<string, string> | undefined },
): ReleaseComparison['services'] {
  const imageOf = (release: ReleaseRecord, name: string) => release.services.find((service) => service.name === name)?.image ?? null;
  const names = [...new Set([...now.services, ...old.services].map(({ name }) => name))];
  return names.map((name) => {
    const [was, is] = [old.services.some((service) => service.name === name), now.services.some((service) => service.name === name)];
    const image = { from: imageOf(old, name), to: imageOf(now, name) };
    if (!was || !is) return { name, change: is ? ('added' as const) : ('removed' as const), image, reasons: [] };
    const [one, other] = [left[name], right[name]];
    const same = hashes.left?.get(name) === hashes.right?.get(name);
    const reasons = one === undefined || other === undefined || same ? [] : reasonsBetween(one, other);
    return { name, change: same ? ('same' as const) : ('changed' as const), image, reasons };
  });
}

function parametersBetween(old: ReleaseRecord, now: ReleaseRecord): ReleaseComparison['parameters'] {
  const names = [...new Set([...Object.keys(old.parameters), ...Object.keys(now.parameters)])].sort();
  return names.flatMap((name) => {
    const [from, to] = [old.parameters[name] ?? null, now.parameters[name] ?? null];
    return from === to ? [] : [{ name, from, to }];
  });
}

function changeOf(before: string | undefined, after: string | undefined): ReleaseComparison['secrets'][number]['change'] {
  if (before === undefined) return after === undefined ? 'unknown' : 'new';
  if (after === undefined) return 'removed';
  return before === after ? 'kept' : 'changed';
}
