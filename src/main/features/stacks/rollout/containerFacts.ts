import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { scriptHead } from '../release/scriptHead.ts';
import type { StackServer } from '../release/stackServer.ts';

const textSchema = z.string().nullish();

/** A line of `factsScript`. Source: https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerInspect */
const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  service: textSchema,
  oneOff: textSchema,
  image: z.string(),
  restarts: z.number(),
  memory: z.number(),
  policy: textSchema,
  state: z.object({
    Status: z.string(),
    OOMKilled: z.boolean().optional(),
    ExitCode: z.number(),
    Error: textSchema,
    StartedAt: textSchema,
    Health: z.object({ Status: z.string(), Log: z.array(z.object({ ExitCode: z.number(), Output: z.string() })).nullish() }).nullish(),
  }),
});

/** A container as Docker knows it: more than a list of containers tells. */
export interface ContainerFacts {
  id: string;
  name: string;
  service: string;
  image: string;
  state: string;
  health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  /** Of its last end; null while it runs. */
  exitCode: number | null;
  /** Ended by the kernel at its memory limit. */
  outOfMemory: boolean;
  /** Times that Docker has started it again by itself. */
  restarts: number;
  /** Whether Docker starts it again when it has ended with success. */
  restartsAlways: boolean;
  /** 0: none. */
  memoryLimitBytes: number;
  /** Why Docker could not start it; empty: it could. */
  startError: string;
  startedAt: string;
  /** What the last look of its health check said. */
  healthOutput: string;
}

/** One JSON object for each container of a project, one-off ones left out. `PH_PROJECT`. */
export const factsScript = `${scriptHead}
docker ps --all --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" | xargs -r docker inspect --type container --format '{"id":{{json .Id}},"name":{{json .Name}},"service":{{json (index .Config.Labels "com.docker.compose.service")}},"oneOff":{{json (index .Config.Labels "com.docker.compose.oneoff")}},"image":{{json .Config.Image}},"restarts":{{.RestartCount}},"memory":{{.HostConfig.Memory}},"policy":{{json .HostConfig.RestartPolicy.Name}},"state":{{json .State}}}' 2>/dev/null || true
`;

/** Reads the output of `factsScript`; null where it is not what it prints. */
export function parseFacts(output: string): ContainerFacts[] | null {
  try {
    const rows = output
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => rowSchema.parse(JSON.parse(line)));
    return rows.filter((row) => row.oneOff?.toLowerCase() !== 'true').map(toFacts);
  } catch {
    return null;
  }
}

/** Looks at the containers of a stack. Throws `remote.unparsable`. */
export async function readFacts(server: StackServer): Promise<ContainerFacts[]> {
  const output = await server.run('look at the containers', factsScript);
  const facts = parseFacts(output);
  if (facts === null) throw new AppError('remote.unparsable', { server: server.serverName, what: 'docker inspect', excerpt: output.slice(0, 500) });
  return facts;
}

function toFacts({ state, ...row }: z.infer<typeof rowSchema>): ContainerFacts {
  const health = state.Health?.Status;
  const isUp = state.Status === 'running';
  return {
    id: row.id,
    name: row.name.replace(/^\//, ''),
    service: row.service ?? '',
    image: row.image,
    state: state.Status,
    health: isUp && (health === 'healthy' || health === 'unhealthy' || health === 'starting') ? health : 'none',
    exitCode: isUp ? null : state.ExitCode,
    outOfMemory: state.OOMKilled === true,
    restarts: row.restarts,
    restartsAlways: row.policy === 'always' || row.policy === 'unless-stopped',
    memoryLimitBytes: row.memory,
    startError: state.Error ?? '',
    startedAt: state.StartedAt ?? '',
    healthOutput: state.Health?.Log?.at(-1)?.Output.trim() ?? '',
  };
}
