import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inputVariable } from '../../shared/model/inputValues.ts';
import { workflowDefinitionSchema } from '../../shared/model/workflow.ts';
import type { DemoServer } from './demoServer.ts';
import { connectTo, openTestFleet, resourcesDirectory, runOn } from './testFleet.ts';

const test = openTestFleet();
let servers: DemoServer[];

beforeAll(async () => {
  servers = await test.fleet.start(6);
});
afterAll(() => test.end());

/** Checks of the commands of a workflow, with its defaults as environment. */
function checksOf(id: string): { name: string; script: string }[] {
  const workflow = workflowDefinitionSchema.parse(parse(readFileSync(join(resourcesDirectory, `workflows/${id}.yaml`), 'utf8')));
  const values = workflow.inputs.map(({ name, default: value }) => `export ${inputVariable(name)}='${value ?? ''}'\n`).join('');
  return workflow.steps.flatMap((step) =>
    step.kind === 'command' && step.check !== undefined ? [{ name: `${id} ${step.id}`, script: `${values}${step.check}` }] : [],
  );
}

describe('an audit of the hardening in the demo fleet', () => {
  it.each(['demo-gpu-01', 'demo-gpu-05'])('ends with an answer in words for each check on %s', async (name) => {
    const server = servers.find((each) => each.name === name) ?? expect.fail(`no ${name}`);
    const client = await connectTo(server);
    const unanswered: unknown[] = [];
    for (const { name: check, script } of ['updates', 'ssh-hardening', 'firewall', 'hardening', 'gpu-base'].flatMap(checksOf)) {
      const ran = await runOn(client, 'sudo -n sh -s', script);
      const said = `${ran.stdout}${ran.stderr}`.trim();
      // 3 and 4: it says that it cannot tell, and why.
      if (![0, 1, 3, 4].includes(ran.code ?? -1) || said === '') unanswered.push([check, ran.code, said.slice(-300)]);
    }
    expect(unanswered).toEqual([]);
    client.end();
  });
});
