import { z } from 'zod';
import { type ContainerStatus, containerStatusSchema } from '../../shared/model/stack.ts';

const rowSchema = z.object({
  Name: z.string(),
  Service: z.string(),
  Image: z.string().default(''),
  State: z.string(),
  Health: z.string().default(''),
  Status: z.string().default(''),
  ExitCode: z.number().nullish(),
  Publishers: z
    .array(z.object({ URL: z.string().default(''), TargetPort: z.number(), PublishedPort: z.number(), Protocol: z.string().default('tcp') }))
    .nullish(),
});

/**
 * Reads `docker compose ps -a --format json`: one JSON object per line since Compose 2.21, one array before. Null where it is
 * neither. Source: https://docs.docker.com/reference/cli/docker/compose/ps/
 */
export function parseComposePs(output: string): ContainerStatus[] | null {
  const rows = readRows(output);
  const parsed = z.array(rowSchema).safeParse(rows);
  if (!parsed.success) return null;
  return parsed.data.map((row) =>
    containerStatusSchema.parse({
      service: row.Service,
      name: row.Name,
      state: row.State,
      health: row.Health === 'healthy' || row.Health === 'unhealthy' || row.Health === 'starting' ? row.Health : 'none',
      image: row.Image,
      exitCode: row.State === 'running' ? null : (row.ExitCode ?? null),
      status: row.Status,
      ports: [
        ...new Set(
          (row.Publishers ?? [])
            .filter((port) => port.PublishedPort > 0)
            .map((port) => `${port.URL}:${port.PublishedPort}->${port.TargetPort}/${port.Protocol}`),
        ),
      ],
    }),
  );
}

function readRows(output: string): unknown {
  const text = output.trim();
  if (text === '') return [];
  try {
    if (text.startsWith('[')) return JSON.parse(text);
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): unknown => JSON.parse(line));
  } catch {
    return null;
  }
}
