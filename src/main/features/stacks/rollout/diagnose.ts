import { setTimeout as delay } from 'node:timers/promises';
import { scriptHead } from '../release/scriptHead.ts';
import { type ContainerFacts, readFacts } from './containerFacts.ts';
import { causeOf, isSuspect } from './failureCauseRules.ts';
import { notes, type RolloutRun } from './rolloutRun.ts';

/** The last lines of a container, after `oom` where Docker has told of late that the kernel ended it for want of memory. `PH_CONTAINER`. */
export const lastLinesScript = `${scriptHead}
# Its state forgets it with the next start.
if [ -n "$(docker events --since 10m --until 0s --filter event=oom --filter "container=$PH_CONTAINER" --format '{{.Action}}' 2>/dev/null)" ]; then echo oom; fi
docker logs --tail 12 "$PH_CONTAINER" 2>&1 | tail -c 4000
`;

const mostContainers = 4;

/** Why the containers of a release are not well, in words; empty where all of them are, or nobody can tell. */
export async function diagnose(run: RolloutRun): Promise<string> {
  const suspects = (await settledFacts(run)).filter((facts) => isSuspect(facts, notes.restartsBefore(run.context))).slice(0, mostContainers);
  const causes = suspects.map(async (facts) => {
    const logs = await run.server.exec(lastLinesScript, { PH_CONTAINER: facts.id });
    const [first, ...rest] = logs.stdout.split('\n');
    return first === 'oom' ? causeOf({ ...facts, outOfMemory: true }, rest) : causeOf(facts, logs.stdout.split('\n'));
  });
  return (await Promise.all(causes)).join('; ');
}

/** One that is started again and again runs in between, and then nothing tells with what it ended: the next end is waited for, for a moment. */
async function settledFacts(run: RolloutRun): Promise<ContainerFacts[]> {
  const before = notes.restartsBefore(run.context);
  let facts = await factsOrNone(run);
  for (let looks = 1; looks < 12 && facts.some(({ id, state, restarts }) => state === 'running' && restarts > (before.get(id) ?? 0)); looks += 1) {
    await delay(Math.min(400, run.ports.pollMs), undefined, { signal: run.context.signal });
    facts = await factsOrNone(run);
  }
  return facts;
}

async function factsOrNone(run: RolloutRun): Promise<ContainerFacts[]> {
  try {
    return await readFacts(run.server);
  } catch {
    run.context.signal.throwIfAborted();
    return [];
  }
}
