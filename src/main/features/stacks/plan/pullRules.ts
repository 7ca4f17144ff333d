import { z } from 'zod';
import type { PlannedImage } from '../../../../shared/contract/stackPlans.ts';
import type { LiveImage } from './liveRules.ts';

const manifestSchema = z.looseObject({
  config: z.looseObject({ digest: z.string(), size: z.number() }),
  layers: z.array(z.looseObject({ digest: z.string(), size: z.number() })),
});
const entrySchema = z.looseObject({
  Descriptor: z.looseObject({ digest: z.string(), platform: z.looseObject({ architecture: z.string(), os: z.string() }).nullish() }),
  SchemaV2Manifest: manifestSchema.nullish(),
  OCIManifest: manifestSchema.nullish(),
});
const toolsSchema = z.looseObject({ manifest: z.looseObject({ digest: z.string() }) });

/** An image as its registry has it. */
export interface RegistryImage {
  /** Digests that name it: of its manifest, of the configuration (the image id of most Dockers), of its index. */
  digests: string[];
  /** Compressed layers; null: not told. */
  layers: { digest: string; size: number }[] | null;
}

/** What `registryScript` printed, by reference; a text is why it is unknown. */
export function parseRegistry(output: string, platform: { architecture: string; os: string }): Map<string, RegistryImage | string> {
  const found = new Map<string, RegistryImage | string>();
  for (const line of output.split('\n')) {
    const match = /^(manifest|imagetools|unknown) (\S+)\t(.*)$/.exec(line);
    if (match === null) continue;
    const [, word, reference = '', rest = ''] = match;
    const image = word === 'unknown' ? null : word === 'manifest' ? fromManifest(rest, platform) : fromTools(rest);
    found.set(reference, image ?? (word === 'unknown' ? rest.slice(0, 300) || 'the registry does not answer' : 'the registry answers something unknown'));
  }
  return found;
}

/** Source: https://docs.docker.com/reference/cli/docker/manifest/inspect/ (one entry, or one for each platform). */
function fromManifest(json: string, platform: { architecture: string; os: string }): RegistryImage | null {
  const parsed = z.union([entrySchema, z.array(entrySchema)]).safeParse(parse(json));
  if (!parsed.success) return null;
  const entries = Array.isArray(parsed.data) ? parsed.data : [parsed.data];
  const fits = ({ Descriptor: { platform: its } }: (typeof entries)[number]) => its?.architecture === platform.architecture && its.os === platform.os;
  const entry = entries.length === 1 ? entries[0] : entries.find(fits);
  const manifest = entry?.SchemaV2Manifest ?? entry?.OCIManifest;
  if (entry === undefined || manifest == null) return null;
  return { digests: [entry.Descriptor.digest, manifest.config.digest], layers: manifest.layers.map(({ digest, size }) => ({ digest, size })) };
}

function fromTools(json: string): RegistryImage | null {
  const parsed = toolsSchema.safeParse(parse(json));
  return parsed.success ? { digests: [parsed.data.manifest.digest], layers: null } : null;
}

/** Whether an image on the server is the one of the registry. */
export function isSame(image: LiveImage, registry: RegistryImage): boolean {
  const own = [image.Id, ...(image.RepoDigests ?? []).map((digest) => digest.split('@')[1] ?? '')];
  return registry.digests.some((digest) => own.includes(digest));
}

/** How much more room unpacked layers take than compressed ones, roughly, on top of those. */
const unpackedFactor = 2.5;

/** What is to be pulled. `has` says whether Docker has a compressed layer; null: that cannot be seen. */
export function planPulls(input: {
  references: ReadonlyMap<string, readonly string[]>;
  images: ReadonlyMap<string, LiveImage | null>;
  registry: ReadonlyMap<string, RegistryImage | string>;
  has: ((digest: string) => boolean) | null;
  freeBytes: number | null;
}): { images: PlannedImage[]; bytes: number | null; neededBytes: number | null; freeBytes: number | null; fits: boolean | null } {
  const counted = new Set<string>();
  const images = [...input.references].map(([reference, services]): PlannedImage => {
    const image = input.images.get(reference) ?? null;
    const registry = input.registry.get(reference) ?? 'the registry was not asked';
    const onServer = image === null ? null : (digestOf(image) ?? image.Id);
    const head = { reference, services: [...services], onServer, inRegistry: typeof registry === 'string' ? null : (registry.digests[0] ?? null) };
    if (typeof registry === 'string') return { ...head, state: image === null ? 'missing' : 'unknown', bytes: null, why: registry };
    if (image !== null && isSame(image, registry)) return { ...head, state: 'present', bytes: 0, why: null };
    const absent = registry.layers?.filter(({ digest }) => !counted.has(digest) && !(input.has?.(digest) ?? false)) ?? null;
    for (const { digest } of absent ?? []) counted.add(digest);
    return { ...head, state: image === null ? 'missing' : 'moved', bytes: absent?.reduce((sum, { size }) => sum + size, 0) ?? null, why: null };
  });
  const unknown = images.some(({ bytes, state }) => bytes === null && state === 'missing');
  const bytes = unknown ? null : images.reduce((sum, image) => sum + (image.bytes ?? 0), 0);
  const neededBytes = bytes === null ? null : Math.ceil(bytes * (1 + unpackedFactor));
  const fits = neededBytes === null || input.freeBytes === null ? null : neededBytes <= input.freeBytes;
  return { images, bytes, neededBytes, freeBytes: input.freeBytes, fits };
}

function digestOf(image: LiveImage): string | null {
  return image.RepoDigests?.[0]?.split('@')[1] ?? null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
