import { scriptHead } from '../release/scriptHead.ts';
import { type ContainerFacts, readFacts } from './containerFacts.ts';
import { causeOf, isSuspect } from './failureCauseRules.ts';
import { notes, type RolloutRun } from './rolloutRun.ts';

/** The last lines of a container. `PH_CONTAINER`. */
export const lastLinesScript = `${scriptHead}
docker logs --tail 12 "$PH_CONTAINER" 2>&1 | tail -c 4000
`;

const mostContainers = 4;

/** Why the containers of a release are not well, in words; empty where all of them are, or nobody can tell. */
export async function diagnose(run: RolloutRun): Promise<string> {
  const suspects = (await factsOrNone(run)).filter((facts) => isSuspect(facts, notes.restartsBefore(run.context))).slice(0, mostContainers);
  const causes = suspects.map(async (facts) => {
    const logs = await run.server.exec(lastLinesScript, { PH_CONTAINER: facts.id });
    return causeOf(facts, logs.stdout.split('\n'));
  });
  return (await Promise.all(causes)).join('; ');
}

async function factsOrNone(run: RolloutRun): Promise<ContainerFacts[]> {
  try {
    return await readFacts(run.server);
  } catch {
    run.context.signal.throwIfAborted();
    return [];
  }
}
