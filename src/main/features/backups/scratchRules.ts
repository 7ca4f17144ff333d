import { z } from 'zod';

/**
 * What `docker inspect` says of a container, as far as another one like it needs it.
 * Source: https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerInspect
 */
const inspectSchema = z
  .array(
    z.object({
      Image: z.string(),
      Config: z.object({
        Env: z.array(z.string()).nullish(),
        Cmd: z.array(z.string()).nullish(),
        Entrypoint: z.array(z.string()).nullish(),
        User: z.string().nullish(),
        WorkingDir: z.string().nullish(),
        Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish(),
      }),
      HostConfig: z.object({
        Memory: z.number().nullish(),
        NanoCpus: z.number().nullish(),
        ShmSize: z.number().nullish(),
        Init: z.boolean().nullish(),
        RestartPolicy: z.object({ Name: z.string() }).nullish(),
        Tmpfs: z.record(z.string(), z.string()).nullish(),
      }),
      Mounts: z.array(z.object({ Type: z.string(), Source: z.string().default(''), Destination: z.string(), RW: z.boolean() })).default([]),
    }),
  )
  .min(1);

/** How to make a container like one that runs, which has nothing of it but its image, its settings and what it only reads. */
export interface ScratchPlan {
  /** Words of `docker create` after the name and the environment. */
  words: string[];
  /** Lines of an env file. */
  environment: string;
  /** Command inside the container that ends with 0 once it is ready; empty: none is known. */
  ready: string[];
  /** Where volumes are mounted in it, in order. */
  volumes: string[];
}

/**
 * Reads what `docker inspect` printed. Volumes and directories that may be written become new, empty volumes; files that are only read stay
 * the same. It has no network unless `online`, so that nothing finds it by a name of the stack. Returns a sentence where there is no way.
 */
export function planScratch(output: string, options: { online: boolean }): ScratchPlan | string {
  const parsed = inspectSchema.safeParse(readJson(output));
  const container = parsed.data?.[0];
  if (container === undefined) return 'what docker inspect says of its container cannot be read';
  const { Config: config, HostConfig: host, Mounts: mounts, Image: image } = container;
  const environment = config.Env ?? [];
  const broken = environment.find((line) => /[\r\n]/.test(line));
  if (broken !== undefined) return `the variable ${broken.split('=')[0]} of its container holds a line break`;
  const [entry, ...entryRest] = config.Entrypoint ?? [];
  const written = mounts.filter(({ Type, RW }) => Type === 'volume' || (Type === 'bind' && RW));
  const words = [
    ...['--label', 'pilothouse.scratch=1', '--network', options.online ? 'bridge' : 'none', '--security-opt', 'no-new-privileges'],
    // Some recipes end the server so that it reads its data anew.
    ...['--restart', host.RestartPolicy?.Name === 'always' ? 'unless-stopped' : host.RestartPolicy?.Name || 'no'],
    ...(host.Init === true ? ['--init'] : []),
    ...(host.Memory ? ['--memory', String(host.Memory)] : []),
    ...(host.NanoCpus ? ['--cpus', String(host.NanoCpus / 1e9)] : []),
    ...(host.ShmSize ? ['--shm-size', String(host.ShmSize)] : []),
    ...(config.User ? ['--user', config.User] : []),
    ...(config.WorkingDir ? ['--workdir', config.WorkingDir] : []),
    ...Object.entries(host.Tmpfs ?? {}).flatMap(([path, how]) => ['--tmpfs', how === '' ? path : `${path}:${how}`]),
    ...written.flatMap(({ Destination }) => ['--volume', Destination]),
    ...mounts.filter(({ Type, RW }) => Type === 'bind' && !RW).flatMap(({ Source, Destination }) => ['--volume', `${Source}:${Destination}:ro`]),
    ...(entry === undefined ? [] : ['--entrypoint', entry]),
    image,
    ...entryRest,
    ...(config.Cmd ?? []),
  ];
  return {
    words,
    environment: `${environment.join('\n')}\n`,
    ready: readyWords(config.Healthcheck?.Test ?? []),
    volumes: written.map(({ Destination }) => Destination),
  };
}

/** Words as variables of a script: `PH_WORDS` of them, `PH_WORD_1` and on. */
export function wordsEnv(words: readonly string[]): Record<string, string> {
  return { PH_WORDS: String(words.length), ...Object.fromEntries(words.map((word, at) => [`PH_WORD_${at + 1}`, word])) };
}

function readyWords([kind, ...rest]: readonly string[]): string[] {
  if (kind === 'CMD') return rest;
  return kind === 'CMD-SHELL' && rest[0] !== undefined ? ['sh', '-c', rest[0]] : [];
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
