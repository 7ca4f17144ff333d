import type { DeployPlan } from '../../../../shared/contract/stackPlans.ts';
import type { StackServer } from '../release/stackServer.ts';
import type { LiveProject } from './liveRules.ts';
import { layersScript, registryScript } from './planScripts.ts';
import { parseRegistry, planPulls, type RegistryImage } from './pullRules.ts';

const secondsEach = 15;

/** What registries say of images, and what follows for the pull. Images are not pulled. */
export interface PullLook {
  plan: NonNullable<DeployPlan['pulls']>;
  registry: Map<string, RegistryImage | string>;
  unknowns: string[];
}

/** Asks the registries of a project's images, from the server. `ask: false`: nobody is asked, and what a tag stands for is taken as it is on the server. */
export async function askRegistries(
  server: StackServer,
  { references, live, freeBytes, ask }: { references: ReadonlyMap<string, string[]>; live: LiveProject; freeBytes: number | null; ask: boolean },
): Promise<PullLook> {
  const some = [...live.images.values()].find((image) => image !== null);
  const platform = { architecture: some?.Architecture ?? 'amd64', os: some?.Os ?? 'linux' };
  const wanted = ask ? [...references.keys()].filter((reference) => !reference.startsWith('sha256:')) : [];
  const output =
    wanted.length === 0
      ? ''
      : await server.run(
          'ask the registries',
          registryScript,
          { PH_IMAGES: wanted.join('\n'), PH_SECONDS: String(secondsEach) },
          (secondsEach * 2 + 15) * 1000,
        );
  const registry = parseRegistry(output, platform);
  const missing = [...registry.values()].flatMap((image) => (typeof image === 'string' ? [] : (image.layers ?? []).map(({ digest }) => digest)));
  const layers = missing.length === 0 ? '' : await server.run('look for layers', layersScript, { PH_LAYERS: [...new Set(missing)].join('\n') });
  const there = new Set([...layers.matchAll(/^layer (\S+)$/gm)].map((match) => match[1]));
  const has = layers.includes('layers unknown') ? null : (digest: string) => there.has(digest);
  const plan = planPulls({ references, images: live.images, registry, has, freeBytes });
  const unknowns = plan.images
    .filter(({ state }) => state === 'unknown')
    .map(({ reference, why }) => `whether its registry has another ${reference} by now (${why ?? 'not asked'})`);
  return { plan, registry, unknowns };
}
