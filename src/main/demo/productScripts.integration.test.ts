import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Facts } from '../../shared/model/facts.ts';
import { workflowDefinitionSchema } from '../../shared/model/workflow.ts';
import { factsScript } from '../commands/factsScript.ts';
import { parseFacts } from '../commands/parseFacts.ts';
import type { DemoServer } from './demoServer.ts';
import { connectTo, openExec, openTestFleet, resourcesDirectory, runOn } from './testFleet.ts';

const test = openTestFleet();
let servers: DemoServer[];
const named = (name: string): DemoServer => servers.find((server) => server.name === name) ?? expect.fail(`no ${name}`);

async function factsOf(client: Client): Promise<Facts> {
  const ran = await runOn(client, 'sh -s', factsScript);
  expect(ran.code).toBe(0);
  return parseFacts(ran.stdout, { server: 'demo', collectedAtMs: 1 });
}

beforeAll(async () => {
  servers = await test.fleet.start(6);
});
afterAll(() => test.end());

describe('facts of demo servers', () => {
  it('are complete on a server with cards and Docker', async () => {
    const client = await connectTo(named('demo-gpu-01'));
    const facts = await factsOf(client);
    expect(facts.unknowns).toEqual([]);
    expect(facts).toMatchObject({
      hostname: 'demo-gpu-01',
      os: { id: 'ubuntu', versionId: '24.04', prettyName: 'Ubuntu 24.04.2 LTS' },
      init: 'systemd',
      cpu: { model: 'AMD EPYC 7543 32-Core Processor', logicalCores: 64 },
      memory: { totalMib: 515_600, swapTotalMib: 8192 },
      gpu: { state: 'ok', driverVersion: '570.86.15', cudaVersion: '12.8' },
      docker: { state: 'ok', serverVersion: '28.3.2', composeVersion: '2.38.2', rootDirectory: '/var/lib/docker' },
      privilege: 'nopasswd',
      time: { synchronized: true, zone: 'Etc/UTC' },
      // Nothing of the machine that the demo runs on.
      machine: { vendor: 'Demo', product: 'stand-in on this computer', provider: null },
      interfaces: [{ name: 'ens5', up: true, speedMbps: 25_000 }],
      raid: [],
    });
    expect([null, facts.gpu.driverVersion]).toContain(facts.gpu.moduleVersion);
    expect(facts.gpu.devices.map(({ name, vramMib }) => [name, vramMib])).toEqual(Array(4).fill(['NVIDIA A100-SXM4-40GB', 40_960]));
    expect(facts.ports).toContainEqual({ protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd' });
    expect(facts.mounts).toMatchObject([{ mountPoint: '/', source: '/dev/nvme0n1p2' }]);
    expect(facts.disks).toMatchObject([{ name: 'nvme0n1', rotational: false }]);
    client.end();
  });

  it('tell a server without cards, a fresh one and a nearly full disk', async () => {
    const [vector, fresh, full] = await Promise.all(
      ['demo-vec-01', 'demo-gpu-04', 'demo-gpu-02'].map(async (name) => {
        const client = await connectTo(named(name));
        const facts = await factsOf(client);
        client.end();
        return facts;
      }),
    );
    expect(vector?.gpu.state).toBe('none');
    expect(fresh).toMatchObject({ docker: { state: 'missing' }, privilege: 'root', memory: { swapTotalMib: 0 }, time: { synchronized: false } });
    const [mount] = full?.mounts ?? [];
    expect((mount?.usedBytes ?? 0) / ((mount?.usedBytes ?? 0) + (mount?.availableBytes ?? 1))).toBeGreaterThan(0.93);
  });
});

describe('live figures of demo servers', () => {
  it('are those of the server that is played, look after look', async () => {
    const client = await connectTo(named('demo-gpu-02'));
    const collector = readFileSync(join(resourcesDirectory, 'health/collector.sh'), 'utf8');
    const channel = await openExec(client, `PH_INTERVAL_S=1 sh -c '${collector.replaceAll("'", "'\\''")}'`);
    let said = '';
    await new Promise<void>((resolve) => {
      channel.on('data', (bytes: Buffer) => {
        said += bytes.toString('utf8');
        if (/^h\) 2 /m.test(said) && /^g\) /m.test(said) && /^s\) /m.test(said)) resolve();
      });
    });
    channel.end();
    channel.close();
    expect(said).toMatch(new RegExp(`^h m MemTotal:${257_600 * 1024} `, 'm'));
    expect(said).toMatch(/^h l \d+\.\d+ /m);
    expect(said).toMatch(/^s b .* 94% +\/$/m);
    expect(said.match(/^g [01], GPU-[0-9a-f-]+, [^,]+, \d+, \d+, 49140, /gm)).toHaveLength(2);
    client.end();
  });
});

describe('day1-base on a fresh demo server', () => {
  it('checks, applies and verifies every step, lets the operator in, and finds nothing to do the second time', async () => {
    const workflow = workflowDefinitionSchema.parse(parse(readFileSync(join(resourcesDirectory, 'workflows/day1-base.yaml'), 'utf8')));
    const steps = workflow.steps.flatMap((step) => (step.kind === 'command' ? [step] : []));
    const server = named('demo-gpu-05');
    const key = readFileSync(`${server.clientKeyPath}.pub`, 'utf8').trim();
    const defaults = Object.fromEntries(workflow.inputs.map(({ name, default: value }) => [name, value ?? '']));
    const inputs: Record<string, string> = { ...defaults, operatorLogin: 'pilot', operatorKey: key, timezone: 'Europe/Berlin' };
    const exports = Object.entries(inputs).map(
      ([name, value]) => `export PH_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}='${value}'\n`,
    );
    const client = await connectTo(server);
    for (const step of steps) {
      const run = async (phase: 'check' | 'apply' | 'verify') => ({
        phase,
        step: step.id,
        ...(await runOn(client, 'sh -s', exports.join('') + (step[phase] ?? step.check))),
      });
      expect(await run('check')).toMatchObject({ code: 1 });
      expect(await run('apply')).toMatchObject({ code: 0 });
      expect(await run('verify')).toMatchObject({ code: 0 });
    }
    const operator = await connectTo(server, { user: 'pilot' });
    expect((await runOn(operator, 'id -un; sudo -n id -u')).stdout).toBe('pilot\n0\n');
    for (const step of steps) {
      expect(await runOn(operator, 'sudo -n sh -s', exports.join('') + step.check)).toMatchObject({ code: 0 });
    }
    expect(await factsOf(operator)).toMatchObject({
      docker: { state: 'ok' },
      memory: { swapTotalMib: 4096 },
      privilege: 'nopasswd',
      time: { zone: 'Europe/Berlin', synchronized: true },
    });
    operator.end();
    client.end();
  });
});
