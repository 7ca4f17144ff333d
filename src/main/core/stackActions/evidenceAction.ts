import { AppError } from '../../../shared/errors.ts';
import { composeHead, scriptHead } from '../../features/stacks/release/scriptHead.ts';
import { openStackServer } from '../../features/stacks/release/stackServer.ts';
import type { StackActionRequest } from '../../features/workflows/steps/stepRun.ts';
import type { CellContext, CellOutcome } from '../../operations/operations.ts';
import { fine } from './readingActions.ts';
import type { StackActionPorts } from './stackActionPorts.ts';
import { numberOf } from './stepValues.ts';

/**
 * Prints what Docker knows of a project: its containers, each one without its variables, which hold secrets, what happened to them of late, and the
 * end of what each wrote. `PH_PROJECT`, `PH_TAIL` (lines of each container), `PH_HOURS` (of events). Reads only.
 */
export const containersEvidenceScript = `${scriptHead}
cd /
filter="label=com.docker.compose.project=$PH_PROJECT"
printf '== containers on %s\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
docker ps --all --no-trunc --filter "$filter" --format 'table {{.Names}}\\t{{.Status}}\\t{{.Image}}\\t{{.Ports}}'
printf '== events of the last %s hours\\n' "$PH_HOURS"
docker events --since "\${PH_HOURS}h" --until 0s --filter "$filter" --filter type=container \\
  --format '{{.TimeNano}} {{.Action}} {{index .Actor.Attributes "name"}} {{index .Actor.Attributes "exitCode"}}' 2>/dev/null |
  grep -v ' exec_' | tail -n 500 || true
docker ps --all --quiet --filter "$filter" | head -n 64 | while read -r id; do
  name=$(docker inspect --format '{{.Name}}' "$id" | tr -d /)
  printf '== inspect %s\\n' "$name"
  docker inspect --type container "$id" | awk '/^ *"Env": \\[\\],?$/ { next } /^ *"Env": \\[$/ { skip = 1 } !skip { print } skip && /^ *\\],?$/ { skip = 0 }'
  printf '== logs %s\\n' "$name"
  docker logs --timestamps --tail "$PH_TAIL" "$id" 2>&1 | tail -c 1048576
done
`;

/** Prints the release's Compose project as it is composed, with the names of its variables and without their values. Reads only. */
export const composeEvidenceScript = `${composeHead}
printf '== compose config\\n'
compose config --no-interpolate --no-env-resolution 2>/dev/null || compose config --no-interpolate --services
`;

const limitMs = 180_000;

/** Keeps in the output what is needed to find out later what was the matter. `tail`: lines of each container (2000); `hours`: of events (24). */
export async function evidenceAction({ remote }: StackActionPorts, { stack, server, values }: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const opened = await openStackServer(remote(server.id), { serverName: server.name, stackId: stack, signal: context.signal });
  const env = { PH_TAIL: String(Math.min(numberOf(values, 'tail') ?? 2000, 5000)), PH_HOURS: String(Math.min(numberOf(values, 'hours') ?? 24, 720)) };
  const { current } = await opened.state();
  await context.output(
    'stdout',
    `== release ${current === null ? 'none' : `${current.id}, made ${new Date(current.createdAtMs).toISOString()} by ${current.who}`}\n`,
  );
  const containers = await print(opened.exec(containersEvidenceScript, env, limitMs), 'look at the containers');
  const config =
    current === null ? '' : await print(opened.exec(composeEvidenceScript, opened.place(current.id, current).env, limitMs), 'read the Compose project');
  const kept = [...containers.matchAll(/^== inspect /gm)].length;
  return fine(`${kept} containers, ${Math.ceil((containers.length + config.length) / 1024)} KiB kept in the output`);

  async function print(asked: ReturnType<typeof opened.exec>, what: string): Promise<string> {
    const { exitCode, signal, stdout, stderr } = await asked;
    if (stdout !== '') await context.output('stdout', stdout);
    if (exitCode !== 0) throw new AppError('remote.command-failed', { server: server.name, what, exitCode, signal, output: stderr.slice(-2000) });
    return stdout;
  }
}
