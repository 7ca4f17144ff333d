import { z } from 'zod';

const labelsSchema = z.record(z.string(), z.string()).nullish();

const healthSchema = z
  .looseObject({ Status: z.string(), Log: z.array(z.looseObject({ Start: z.string(), End: z.string(), ExitCode: z.number() })).nullish() })
  .nullish();

const portBindingsSchema = z.record(z.string(), z.array(z.object({ HostIp: z.string().optional(), HostPort: z.string().optional() })).nullable()).nullish();

/** A container as `docker inspect` tells of it. Source: https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerInspect */
const inspectedSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Created: z.string().optional(),
  Image: z.string(),
  RestartCount: z.number().optional(),
  State: z.looseObject({ Status: z.string(), StartedAt: z.string().optional(), ExitCode: z.number().optional(), Health: healthSchema }),
  Config: z.looseObject({
    Image: z.string(),
    Labels: labelsSchema,
    Env: z.array(z.string()).nullish(),
    ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    StopTimeout: z.number().nullish(),
  }),
  HostConfig: z.looseObject({
    RestartPolicy: z.looseObject({ Name: z.string() }).nullish(),
    PortBindings: portBindingsSchema,
    Memory: z.number().nullish(),
    NanoCpus: z.number().nullish(),
  }),
  Mounts: z.array(z.looseObject({ Type: z.string(), Name: z.string().optional(), Source: z.string().optional(), Destination: z.string() })).nullish(),
  NetworkSettings: z.looseObject({ Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string().optional() })).nullish() }),
});
export type InspectedContainer = z.infer<typeof inspectedSchema>;

const imageSchema = z.looseObject({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  RepoTags: z.array(z.string()).nullish(),
  Size: z.number().nullish(),
  Architecture: z.string().optional(),
  Os: z.string().optional(),
  Config: z.looseObject({ Env: z.array(z.string()).nullish(), Labels: labelsSchema }).nullish(),
});
export type LiveImage = z.infer<typeof imageSchema>;

const networkSchema = z.looseObject({ Name: z.string(), Labels: labelsSchema });

/** A container of the project. */
export interface LiveContainer {
  id: string;
  name: string;
  service: string;
  number: number;
  /** `docker compose run` made it: no part of what `up` looks at. */
  oneOff: boolean;
  /** As Docker names it: `running`, `exited`, `created`, `restarting`, `paused`, `dead`. */
  state: string;
  /** Hash of the definition that Compose made it from. */
  hash: string | null;
  /** Id of the image that Compose made it from. */
  imageLabel: string | null;
  inspected: InspectedContainer;
}

/** What of a project is on a server at this moment. */
export interface LiveProject {
  containers: LiveContainer[];
  /** Images by the references that were asked for, and by their ids. Null: not there. */
  images: Map<string, LiveImage | null>;
  /** Networks of the project, by the name that Docker knows. */
  networks: string[];
  /** All networks and volumes of the server. */
  allNetworks: Set<string>;
  allVolumes: Set<string>;
}

/** Reads what `liveScript` prints; null where it is not that. */
export function parseLive(output: string): LiveProject | null {
  const live: LiveProject = { containers: [], images: new Map(), networks: [], allNetworks: new Set(), allVolumes: new Set() };
  try {
    for (const line of output.split('\n')) {
      const space = line.indexOf(' ');
      const [word, rest] = space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
      if (word === 'container') live.containers.push(containerOf(inspectedSchema.parse(JSON.parse(rest))));
      if (word === 'network') live.networks.push(networkSchema.parse(JSON.parse(rest)).Name);
      if (word === 'networks') live.allNetworks.add(rest);
      if (word === 'volume') live.allVolumes.add(rest);
      if (word !== 'image') continue;
      const [reference = '', json = 'null'] = rest.split('\t');
      live.images.set(reference, imageSchema.nullable().parse(JSON.parse(json)));
    }
  } catch {
    return null;
  }
  live.containers.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.number - b.number));
  return live;
}

/** Reads lines of `hash SERVICE HASH`. */
export function parseHashes(output: string): Map<string, string> {
  return new Map([...output.matchAll(/^hash (\S+) ([0-9a-f]{64})$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** Whether a container works, or is about to. */
export function isUp(container: Pick<LiveContainer, 'state'>): boolean {
  return container.state === 'running' || container.state === 'restarting';
}

function containerOf(inspected: InspectedContainer): LiveContainer {
  const label = (name: string) => inspected.Config.Labels?.[`com.docker.compose.${name}`] ?? null;
  return {
    id: inspected.Id,
    name: inspected.Name.replace(/^\//, ''),
    service: label('service') ?? '',
    number: Number(label('container-number') ?? 1),
    oneOff: label('oneoff') === 'True',
    state: inspected.State.Status,
    hash: label('config-hash'),
    imageLabel: label('image'),
    inspected,
  };
}
