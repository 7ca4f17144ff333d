import { z } from 'zod';

const textOrNumber = z.union([z.string(), z.number(), z.boolean()]);

/** A mount as Compose writes it out. Keys that are not named stay as they are. */
const resolvedMountSchema = z.looseObject({ type: z.string(), source: z.string().optional(), target: z.string(), read_only: z.boolean().optional() });

const fileReferenceSchema = z.looseObject({ source: z.string(), target: z.string().optional() });

/** A service as Compose writes it out: everything merged and filled in, paths absolute. Keys that are not named stay as they are. */
const resolvedServiceSchema = z.looseObject({
  image: z.string().optional(),
  volumes: z.array(resolvedMountSchema).optional(),
  configs: z.array(fileReferenceSchema).nullish(),
  secrets: z.array(fileReferenceSchema).nullish(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string().optional(), restart: z.boolean().optional() })).nullish(),
  environment: z.record(z.string(), textOrNumber.nullable()).nullish(),
  labels: z.record(z.string(), textOrNumber.nullable()).nullish(),
  networks: z.record(z.string(), z.unknown()).nullish(),
  network_mode: z.string().optional(),
  ipc: z.string().optional(),
  pid: z.string().optional(),
  volumes_from: z.array(z.string()).nullish(),
  restart: z.string().optional(),
  scale: z.number().optional(),
  stop_grace_period: z.string().optional(),
  ports: z
    .array(z.looseObject({ target: z.number(), published: z.string().optional(), host_ip: z.string().optional(), protocol: z.string().optional() }))
    .nullish(),
  deploy: z.looseObject({ replicas: z.number().optional() }).nullish(),
});
export type ResolvedService = z.infer<typeof resolvedServiceSchema>;

const namedSchema = z.record(
  z.string(),
  z.looseObject({ name: z.string().optional(), external: z.boolean().optional(), file: z.string().optional() }).nullable(),
);

const resolvedProjectSchema = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), resolvedServiceSchema).default({}),
  networks: namedSchema.nullish(),
  volumes: namedSchema.nullish(),
  configs: namedSchema.nullish(),
  secrets: namedSchema.nullish(),
});
/** A project as `docker compose config --format json` prints it. It holds the values of secrets: never to be written anywhere. */
export type ResolvedProject = z.infer<typeof resolvedProjectSchema>;

/** Reads the output of `docker compose config --format json`; null where it is none. Source: https://docs.docker.com/reference/cli/docker/compose/config/ */
export function parseResolved(output: string): ResolvedProject | null {
  try {
    return resolvedProjectSchema.parse(JSON.parse(output));
  } catch {
    return null;
  }
}

/** How many containers a service has. */
export function scaleOf(service: ResolvedService): number {
  return service.scale ?? service.deploy?.replicas ?? 1;
}

/** The service whose namespace a mode is of, as in `service:vpn`. */
function sharedWith(mode: string | undefined): string[] {
  return mode?.startsWith('service:') ? [mode.slice('service:'.length)] : [];
}

/** Services whose containers a service is tied to: a new container there means a new one here. */
export function tiedTo(service: ResolvedService): string[] {
  const from = (service.volumes_from ?? []).map((entry) => entry.split(':')[0] ?? '').filter((name) => name !== 'container');
  return [...new Set([...sharedWith(service.network_mode), ...sharedWith(service.ipc), ...sharedWith(service.pid), ...from])];
}

/** Compose writes `$` twice, since what it prints can be read by it again. */
export function undoubled(text: string): string {
  return text.replaceAll('$$', '$');
}
