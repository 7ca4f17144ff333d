import { expect } from 'vitest';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { FleetServer } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import type { FlowCore } from './flowCore.ts';

/** What a test answers to a step that asks; `before`: done first, as the person does by hand what the question asks for. */
export interface Reply {
  value?: string;
  before?: () => Promise<unknown>;
}

/** How a runbook ended, in the words of its matrix. */
export interface RunbookRun {
  operation: Operation;
  state: Operation['state'];
  /** State of each step that was not passed over, by its id; `finding` where a look said no. */
  ended: Record<string, string>;
  details: Record<string, string>;
  /** Ids of the steps that asked. */
  asked: string[];
}

/**
 * Runs a runbook to its end. Steps that ask are answered from `replies` by their id; a confirmation that is not there with yes, evidence with
 * words, and any other question without a reply fails the test.
 */
export async function runRunbook(
  core: FlowCore,
  server: FleetServer,
  id: string,
  inputs: Record<string, string>,
  replies: Record<string, Reply> = {},
): Promise<RunbookRun> {
  const started = await core.workflows.run({ requestId: newRequest(), id, selector: server.name, inputs, checkOnly: false });
  const asked: string[] = [];
  const problems: unknown[] = [];
  const reply = async (stepId: string, serverId: ServerId, kind: string) => {
    const { value, before } = replies[stepId] ?? {};
    await before?.();
    const answer = value ?? { confirm: 'yes', evidence: 'done', text: 'as the test saw it', choice: undefined, approval: undefined }[kind];
    if (answer === undefined) throw new Error(`${id}: nobody told the test what to answer to ${stepId}`);
    const note = kind === 'evidence' ? { note: 'as the test saw it' } : {};
    await core.operations.answer(started.id, [serverId], stepId, { value: answer, ...note, who: 'Ada', atMs: Date.now() });
  };
  const look = () => {
    for (const { stepId, serverId, question } of core.operations.get(started.id).cells) {
      if (question === undefined || asked.includes(stepId)) continue;
      asked.push(stepId);
      reply(stepId, serverId, question.kind).catch(async (error: unknown) => {
        problems.push(error);
        await core.operations.cancel(started.id);
      });
    }
  };
  const stop = core.operations.onChange((changed) => {
    if (changed === started.id) look();
  });
  look();
  const operation = await core.operations.finished(started.id);
  stop();
  expect(problems).toEqual([]);
  const cells = operation.cells.filter(({ state }) => state !== 'skipped');
  const ended = Object.fromEntries(
    cells.map((cell) => [cell.stepId, cell.error !== null ? cell.error.code : cell.state === 'done' && cell.exitCode === 1 ? 'finding' : cell.state]),
  );
  const seconds = ((operation.finishedAtMs ?? 0) - operation.createdAtMs) / 1000;
  console.log(
    `${id}: ${operation.state} in ${seconds.toFixed(1)} s, ${cells.length} of ${operation.cells.length} steps\n${cells
      .map(
        ({ stepId, detail, error }) =>
          `  ${stepId}: ${ended[stepId]}${detail === null ? '' : `, ${detail}`}${error === null ? '' : ` ${JSON.stringify(error.data)}`}`,
      )
      .join('\n')}`,
  );
  return { operation, state: operation.state, ended, details: Object.fromEntries(cells.map(({ stepId, detail }) => [stepId, detail ?? ''])), asked };
}

/** Everything on a server that a runbook could change and must not where nothing is wrong. */
export function serverPrint(server: FleetServer): Promise<string> {
  return server.mustExec(`
    docker ps -aq | xargs -r docker inspect -f '{{.Name}} {{.Id}} {{.State.Status}} {{.State.StartedAt}} {{.RestartCount}}' | sort
    docker images -q --no-trunc | sort; docker volume ls -q | sort; docker network ls -q | sort
    find /etc /opt /usr/local -type f -exec sha256sum {} + | sort -k 2 | sha256sum
    cat /proc/sys/kernel/random/boot_id
    systemctl list-units --type=service --state=running --plain --no-legend | awk '{ print $1 }' | grep -v '^user@\\|^session\\|^systemd-timedated\\|^systemd-hostnamed' | sort
    ls /var/cache/apt/archives /var/log/nginx 2>/dev/null || true`);
}

/** Runs a runbook where nothing is wrong: nobody is asked, nothing is found, and the server is afterwards as before. */
export async function expectNothing(core: FlowCore, server: FleetServer, id: string, inputs: Record<string, string>): Promise<RunbookRun> {
  const before = await serverPrint(server);
  const run = await runRunbook(core, server, id, inputs);
  expect(run.asked).toEqual([]);
  expect(Object.values(run.ended)).not.toContain('finding');
  expect(run.state).toBe('succeeded');
  expect(await serverPrint(server)).toBe(before);
  return run;
}
