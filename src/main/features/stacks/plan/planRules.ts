import { filesHash, type RenderedStack } from '../definition/renderStack.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';

/** What a deploy would do to one service, and why. */
export interface ServiceEffect {
  name: string;
  effect: 'create' | 'recreate' | 'keep' | 'remove';
  why: string;
}

/** Compares a rendered stack with the release that runs, service by service. What cannot be known before the pull is not guessed. */
export function planServices(current: ReleaseRecord | null, next: RenderedStack): ServiceEffect[] {
  const before = new Map((current?.services ?? []).map((service) => [service.name, service]));
  const sameFiles = current !== null && current.filesHash === filesHash(next);
  const effects = next.services.map((service): ServiceEffect => {
    const { name } = service;
    const old = before.get(name);
    if (old === undefined) return { name, effect: 'create', why: current === null ? 'nothing of the stack runs here' : 'it is new' };
    if (old.image !== service.image) return { name, effect: 'recreate', why: `its image changes from ${old.image ?? 'none'} to ${service.image ?? 'none'}` };
    if (old.hash !== service.hash) return { name, effect: 'recreate', why: 'its definition changes' };
    if (service.mountsFiles && !sameFiles) return { name, effect: 'recreate', why: 'files that it mounts change' };
    return { name, effect: 'keep', why: 'nothing of it changes' };
  });
  const gone = [...before.keys()].filter((name) => !next.services.some((service) => service.name === name));
  return [...effects, ...gone.map((name): ServiceEffect => ({ name, effect: 'remove', why: 'the stack has it no longer' }))];
}
