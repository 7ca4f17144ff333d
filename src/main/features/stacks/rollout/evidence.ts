import { posix } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { scriptHead } from '../release/scriptHead.ts';
import { notes, type RolloutRun } from './rolloutRun.ts';

/**
 * Keeps what Docker knows of the containers of a project, and the end of what each wrote: `NAME.json` without the variables, which hold
 * secrets, and `NAME.log`, at most 1 MiB each and of 64 containers. Prints a line for each. `PH_PROJECT`, `PH_INTO` (a directory).
 */
export const evidenceScript = `${scriptHead}
umask 077
mkdir -p "$PH_INTO"
docker ps --all --filter "label=com.docker.compose.project=$PH_PROJECT" --format '{{.ID}} {{.Names}}' | head -n 64 | while read -r id name; do
  docker inspect --type container "$id" | awk '/^ *"Env": \\[\\],?$/ { next } /^ *"Env": \\[$/ { skip = 1 } !skip { print } skip && /^ *\\],?$/ { skip = 0 }' | head -c 1048576 >"$PH_INTO/$name.json"
  docker logs --timestamps --tail 5000 "$id" 2>&1 | tail -c 1048576 >"$PH_INTO/$name.log"
done
docker ps --all --filter "label=com.docker.compose.project=$PH_PROJECT" --format '{{.Names}}: {{.Status}}, {{.Image}}' | head -n 64
`;

const limitMs = 120_000;

/**
 * Keeps evidence of the containers as they are now in the directory of this run's release, and names them in the output. A server that
 * cannot, as one with a full disk, is no reason to stop.
 */
export async function saveEvidence(run: RolloutRun, what: 'before' | 'failed'): Promise<number> {
  const { context, server } = run;
  const release = notes.release(context);
  if (release === null) return 0;
  const into = posix.join(server.directory, 'releases', release, 'evidence', what);
  try {
    const listed = await server.run('keep the logs of the containers', evidenceScript, { PH_INTO: into }, limitMs);
    const lines = listed.split('\n').filter((line) => line !== '');
    if (lines.length > 0) await context.output('note', `${what === 'before' ? 'What ran before' : 'What failed'}, kept in ${into}:\n${lines.join('\n')}\n`);
    return lines.length;
  } catch (error) {
    context.signal.throwIfAborted();
    if (!AppError.is(error, 'remote.command-failed') && !AppError.is(error, 'remote.timeout')) throw error;
    await context.output('note', `The logs of the containers could not be kept: ${'output' in error.data ? error.data.output : 'it took too long'}\n`);
    return 0;
  }
}
