import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { PersonQuestion } from '../../src/shared/model/question.ts';
import { FleetServer } from '../fleet/host/fleetServer.ts';
import { openFlowCore } from './flowCore.ts';

/**
 * One life of a core that runs the workflow `whole-run` on a server of the fleet, run as a program: directory, server, address, and at every
 * how many boundaries of the journal it shall die. A boundary is the moment before or after a write, told from others by what is written, in
 * which step, and (up to the third) the how-manieth in this life. Those met in any life stand in `boundaries`, those where one died in `kills`.
 */
const [, , directory = '', name = '', host = '', every = '1'] = process.argv;
const lines = (file: string) => (existsSync(join(directory, file)) ? readFileSync(join(directory, file), 'utf8').trim().split('\n') : []);
const met = new Set(lines('boundaries'));
const times = new Map<string, number>();
let id: Operation['id'] | null = null;

const core = await openFlowCore(
  directory,
  new FleetServer(name, 'full', host),
  { user: 'root' },
  {
    journalHook(when, what, operations) {
      const step = id === null ? '-' : (operations.get(id).cells.find(({ state }) => state === 'running' || state === 'waiting')?.stepId ?? '-');
      const place = `${when} ${what} in ${step}`;
      const count = (times.get(place) ?? 0) + 1;
      times.set(place, count);
      const boundary = `${place} ${count}`;
      if (count > 3 || met.has(boundary)) return;
      met.add(boundary);
      appendFileSync(join(directory, 'boundaries'), `${boundary}\n`);
      if (met.size % Number(every) !== 0) return;
      appendFileSync(join(directory, 'kills'), `${boundary}\n`);
      process.kill(process.pid, 'SIGKILL');
    },
  },
);

const value = ({ kind, choices }: PersonQuestion) =>
  ({ confirm: 'yes', choice: choices?.[0] ?? '', text: 'seen', evidence: 'done', approval: 'approved' })[kind];
const request = { requestId: 'request-of-all-lives' as RequestId, id: 'whole-run', selector: name, inputs: {}, checkOnly: false };
const begun = await core.workflows.run(request);
id = begun.id;
const answer = () => {
  for (const { serverId, stepId, question } of core.operations.get(begun.id).cells) {
    if (question === undefined) continue;
    const given = { value: value(question), note: 'by a test', who: question.kind === 'approval' ? 'Grace' : 'Ada', atMs: Date.now() };
    // One that was answered meanwhile, or whose cell is still on its way to ask, is told of again.
    void core.operations.answer(begun.id, [serverId], stepId, given).catch(() => {});
  }
};
core.operations.onChange(answer);
answer();
let ended = await core.operations.finished(begun.id);
// Killed so often that a guard's time was over: the server took the change back, which is right, and a person has it made again.
while (ended.cells.some(({ error }) => error?.code === 'workflow.lockout-averted') && lines('averted').length < 5) {
  const averted = ended.cells.filter(({ error }) => error?.code === 'workflow.lockout-averted');
  appendFileSync(join(directory, 'averted'), averted.map(({ stepId }) => `${stepId}\n`).join(''));
  await core.operations.retryFailed(begun.id);
  ended = await core.operations.finished(begun.id);
}
console.log(JSON.stringify({ state: ended.state, boundaries: [...times.values()].reduce((sum, count) => sum + count, 0) }));
await core.close();
