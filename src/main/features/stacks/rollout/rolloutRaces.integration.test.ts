import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../../../shared/model/operation.ts';
import { latch } from '../../../operations/testEngine.ts';
import { makeLifeServer, openRolloutLife, type RolloutLife } from './testRolloutLife.ts';

/** The whole campaign is `RACES=100`. */
const races = Number(process.env['RACES'] ?? 25);
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'races-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Answers most of what is asked of Docker by itself, at the cost of a shell: two hundred deploys would otherwise start Node some thousand times. */
const quickDocker = `#!/bin/sh
case "$*" in
  *' config '*) exec "$HOME/bin/docker.real" "$@" ;;
  version*) echo 26.1.5 ;;
  'compose version'*) echo 2.26.1 ;;
  info*) echo / ;;
  *oneoff*) ;;
  ps*--quiet*) if [ -f "$HOME/started" ]; then echo gateway; echo model; fi ;;
  ps*) ;;
  inspect*restarts*) for name in gateway model; do printf '{"id":"%s","name":"%s","service":"%s","image":"%s","restarts":0,"memory":0,"state":{"Status":"running","ExitCode":0}}\\n' $name $name $name $name; done ;;
  inspect*) for word; do last=$word; done; echo "$last" ;;
  *' up '*) echo "$PH_ID" >>"$HOME/started" ;;
esac
`;

/** Holds what comes until both are there, so that they reach the lock in the same moment. */
function meeting(count: number) {
  let open = latch();
  let there = 0;
  return async () => {
    const mine = open;
    there += 1;
    if (there === count) {
      there = 0;
      open = latch();
      mine.open();
    }
    await mine.opened;
  };
}

test('of two laptops that deploy in the same moment exactly one does, and the other is told who and since when', { timeout: 900_000 }, async () => {
  const serverDirectory = join(directory, 'server');
  await makeLifeServer(serverDirectory);
  await rename(join(serverDirectory, 'bin/docker'), join(serverDirectory, 'bin/docker.real'));
  await writeFile(join(serverDirectory, 'bin/docker'), quickDocker);
  await chmod(join(serverDirectory, 'bin/docker'), 0o755);
  let meet = meeting(2);
  const refused = latch();
  let onRefused = refused;
  const laptops: [RolloutLife, RolloutLife] = [null, null] as never;
  const names = ['Ada', 'Grace'];
  for (const [index, who] of names.entries()) {
    laptops[index] = await openRolloutLife(join(directory, who), serverDirectory, {
      who,
      beforeExec: async (script, env) => {
        if (env['PH_ACTION'] === 'take') await meet();
        // The winner goes no further before the other has heard of it: the race is about the lock.
        else if (script.includes('compose config') && env['PH_DRAFT'] !== undefined) await onRefused.opened;
      },
    });
  }
  const wins: Record<string, number> = { Ada: 0, Grace: 0 };
  const waited: number[] = [];
  // Little to do for the winner: the race is the thing.
  const more = { gates: [], warmUps: [] };
  for (let race = 1; race <= races; race += 1) {
    meet = meeting(2);
    onRefused = latch();
    const startedAt = Date.now();
    const run = async (index: number): Promise<Operation> => {
      const operation = await (laptops[index] as RolloutLife).deploy(`race-${race}-${index}-of-both`, { tag: `${race}-${names[index]}` }, more);
      onRefused.open();
      return operation;
    };
    const ended = await Promise.all([run(0), run(1)]);
    const winner = ended.findIndex(({ state }) => state === 'succeeded');
    const loser = ended[1 - winner];
    expect(ended.map(({ state }) => state).sort(), `race ${race}`).toEqual(['failed', 'succeeded']);
    const error = loser?.cells.find((cell) => cell.error !== null)?.error;
    expect(error, `race ${race}`).toMatchObject({ code: 'guard.deploy-locked', data: { server: 'gpu-1', who: names[winner], why: 'deploys Demo' } });
    const sinceMs = Number(error?.data['sinceMs']);
    expect(Math.abs(sinceMs - startedAt), `race ${race}`).toBeLessThan(Date.now() - startedAt + 2000);
    wins[names[winner] ?? ''] = (wins[names[winner] ?? ''] ?? 0) + 1;
    waited.push(Date.now() - startedAt);
  }
  const ups = (await readFile(join(serverDirectory, 'started'), 'utf8')).trim().split('\n');
  expect(new Set(ups).size).toBe(races);
  expect(ups).toHaveLength(races);
  for (const laptop of laptops) await laptop.close();
  process.stdout.write(
    `\n${races} races of two laptops: Ada won ${wins['Ada']}, Grace ${wins['Grace']}; ${races} times the other was told by whom; ${ups.length} starts\n`,
  );
});
