import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containerToolkitRecipe } from '../fleet/support/containerToolkit.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';
import { expectNothing, runRunbook } from './runbookRun.ts';

// What the fleet's stand-in does not cover: -q, -pl, and a library of another version, which is gone after a restart as /run is.
const nvidiaSmi = `#!/bin/sh
if [ -e /run/fault-mismatch ]; then
  printf 'Failed to initialize NVML: Driver/library version mismatch\\nNVML library version: 550.163\\n'
  exit 18
fi
case "$*" in
  -q) echo '==============NVSMI LOG=============='; exec /usr/bin/nvidia-smi ;;
  *-pl*)
    while [ "$1" != -pl ]; do shift; done
    sed "s/\\"gpus\\":\\[{/\\"gpus\\":[{\\"powerLimitW\\":$2,/" /var/lib/fleet/gpu.json >/var/lib/fleet/gpu.new
    mv /var/lib/fleet/gpu.new /var/lib/fleet/gpu.json
    echo "Power limit was set to $2.00 W"
    ;;
  *power.default_limit*) /usr/bin/nvidia-smi "$@" | awk -F ', ' -v OFS=', ' '{ $NF = "72.00"; print }' ;;
  *) exec /usr/bin/nvidia-smi "$@" ;;
esac
`;
// Lines as the driver writes them; the kernel's own log belongs to the machine below. Gone after a restart.
const dmesg = `#!/bin/sh\nif [ -e /run/fault-xid ]; then cat /run/fault-xid; else echo '[    0.000000] Linux version 6.12'; fi\n`;
const offBus = `[ 8412.1] NVRM: GPU at PCI:0000:3b:00: GPU-6e1c2f0e\n[ 8412.2] NVRM: Xid (PCI:0000:3b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n`;
const programFault = `[ 512.7] NVRM: Xid (PCI:0000:3b:00): 31, pid=4711, name=python3, Ch 00000008, intr 10000000. MMU Fault\n`;
const compose = `name: gpu
services:
  vllm-analytics:
    image: vllm/vllm-openai:v0.10.0
    environment: { FLEET_MAX_CONCURRENT: '1', FLEET_TOKENS: '1000', FLEET_TOKEN_MS: '1000' }
    restart: unless-stopped
  ollama:
    image: nginx:1.27
    # The runtime gives a container its tools at each start; here its command does.
    command: ['sh', '-c', 'cp /smi /usr/bin/nvidia-smi; exec nginx -g "daemon off;"']
    volumes: ['./smi:/smi:ro']
    deploy: { resources: { reservations: { devices: [{ driver: nvidia, count: all, capabilities: [gpu] }] } } }
`;
const stack = { stack: 'gpu' };
const l4 = { name: 'NVIDIA L4' };

describe.skipIf(fleetObstacle())('runbooks for cards, memory and the clock', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  const lay = (path: string, text: string) => server.mustExec(`cat >${path}; chmod 755 ${path}`, { stdin: text });

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'rb-gpu', gpus: [l4] });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'runbooks-gpu-'));
    core = await openFlowCore(directory, server);
    await lay('/usr/local/bin/nvidia-smi', nvidiaSmi);
    await lay('/usr/local/bin/dmesg', dmesg);
    await server.mustExec(`${containerToolkitRecipe}
      mkdir -p /opt/gpu; apt-get install -y -qq chrony >/dev/null 2>&1 || true
      sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1 -x"/' /etc/default/chrony; mkdir -p /etc/systemd/system/chrony.service.d
      printf '[Unit]\\nConditionCapability=\\n' >/etc/systemd/system/chrony.service.d/test.conf; systemctl daemon-reload; systemctl restart chrony`);
    await lay('/opt/gpu/smi', '#!/bin/sh\necho "GPU 0: NVIDIA L4 (UUID: GPU-1)"\n');
    await server.mustExec('cat >/opt/gpu/compose.yaml; cd /opt/gpu && docker compose up -d --quiet-pull 2>&1', { stdin: compose });
  }, 400_000);
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('on a healthy server they ask nobody, find nothing and change nothing', async () => {
    for (const [id, inputs] of Object.entries({
      'gpu-not-detected': stack,
      'gpu-hot': {},
      'gpu-memory-high': stack,
      'gpu-off-bus': {},
      'driver-mismatch': {},
      'out-of-memory': stack,
      triage: {},
    })) {
      await expectNothing(core, server, id, inputs);
    }
  }, 240_000);

  test('driver does not answer: told from the bus and the module, evidence kept, nothing changed', async () => {
    await server.setGpuState({ mode: 'noDriver', gpus: [l4] });
    const run = await runRunbook(core, server, 'gpu-not-detected', stack);
    expect(run.ended).toMatchObject({ driver: 'finding', bus: 'finding', record: 'done' });
    expect(run.asked).toEqual(['record']);
    expect(run.details.bus).toMatch(/^NVIDIA cards on the bus: \d+; kernel module: (missing|loaded)$/);
    await server.setGpuState({ gpus: [l4] });
  }, 120_000);

  test('Docker without the NVIDIA runtime: registered, and the container sees its card again', async () => {
    await server.mustExec(
      'rm /etc/docker/daemon.json; systemctl reset-failed docker; systemctl restart docker; docker start gpu-ollama-1 gpu-vllm-analytics-1',
    );
    const run = await runRunbook(core, server, 'gpu-not-detected', stack);
    expect(run.ended).toMatchObject({ driver: 'satisfied', runtime: 'finding', register: 'done', inside: 'satisfied' });
    expect(await server.mustExec("docker info --format '{{json .Runtimes}}'")).toContain('"nvidia"');
  }, 120_000);

  test('a container that was started before its card could be seen: started again', async () => {
    await server.mustExec('docker exec gpu-ollama-1 rm /usr/bin/nvidia-smi');
    const run = await runRunbook(core, server, 'gpu-not-detected', stack);
    expect(run.ended).toMatchObject({ inside: 'finding', restart: 'done' });
  }, 120_000);

  test('library and module of two versions: a restart of the server cures it', async () => {
    await server.mustExec('touch /run/fault-mismatch');
    const boot = await server.bootId();
    const run = await runRunbook(core, server, 'driver-mismatch', {});
    expect(run.details.versions).toMatch(/^the library is of version 550\.163, the loaded module of /);
    expect(run.ended).toMatchObject({ versions: 'finding', cause: 'satisfied', reboot: 'done' });
    expect(await server.bootId()).not.toBe(boot);
    expect(await core.output(run.operation.id)).toContain('Driver/library version mismatch');
  }, 240_000);

  test('a fault of a program is shown and is no finding; a card off the bus is, and comes back by a restart', async () => {
    await server.mustExec('cat >/run/fault-xid', { stdin: programFault });
    const program = await runRunbook(core, server, 'gpu-off-bus', {});
    expect(program.details.xid).toBe('Xid 31 (1 times): faults of programs');
    expect(program.asked).toEqual([]);
    await server.mustExec('cat >/run/fault-xid', { stdin: offBus });
    await server.setGpuState({ mode: 'lost', gpus: [l4] });
    const run = await runRunbook(core, server, 'gpu-off-bus', {}, { drain: { before: () => server.setGpuState({ gpus: [l4] }) } });
    expect(run.details.xid).toBe('Xid 79 (1 times): a fault of the card');
    expect(run.details.cards).toBe('a card is lost');
    expect(run.ended).toMatchObject({ xid: 'finding', cards: 'finding', report: 'satisfied', reboot: 'done', after: 'satisfied' });
  }, 240_000);

  test('a hot card: its power is capped and it cools', async () => {
    await server.setGpuState({ gpus: [{ ...l4, temperatureC: 91 }] });
    const cooling = { value: 'cap the power', before: () => Promise.resolve() };
    const finished = runRunbook(core, server, 'gpu-hot', {}, { 'page.level': { value: 'alert only' }, ways: cooling });
    const capped = new Promise<void>((resolve) => {
      const stop = core.operations.onChange((id) => {
        const done = core.operations.get(id).cells.some(({ stepId, state }) => stepId === 'cap' && state === 'done');
        if (!done) return;
        stop();
        resolve();
      });
    });
    await capped;
    expect(await server.mustExec('cat /var/lib/fleet/gpu.json')).toContain('"powerLimitW":50');
    await server.setGpuState({ gpus: [{ ...l4, temperatureC: 60, powerLimitW: 50 }] });
    const run = await finished;
    expect(run.details.heat).toBe('card 0 at 91 °C');
    expect(run.ended).toMatchObject({ heat: 'finding', cap: 'done', cool: expect.stringMatching(/satisfied|done/), record: 'done' });
    await server.setGpuState({ gpus: [{ ...l4, temperatureC: 95 }] });
    const moved = { value: 'move the load away' };
    const away = await runRunbook(
      core,
      server,
      'gpu-hot',
      {},
      {
        'page.level': { value: 'alert only' },
        ways: moved,
        drained: { before: () => server.setGpuState({ gpus: [l4] }) },
      },
    );
    expect(away.ended).toMatchObject({ drained: 'done', cool: 'satisfied' });
  }, 240_000);

  test('memory of a card: what vLLM reserves is no finding, requests that wait are; one model is stopped', async () => {
    await server.setGpuState({ gpus: [{ ...l4, memoryUsedMib: 22_500 }] });
    const reserved = await runRunbook(core, server, 'gpu-memory-high', stack);
    expect(reserved.ended).toMatchObject({ memory: 'finding', pressure: 'satisfied' });
    expect(reserved.asked).toEqual([]);
    const address = await server.mustExec("docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' gpu-vllm-analytics-1");
    const chat = JSON.stringify({ model: 'facebook/opt-125m', messages: [{ role: 'user', content: 'a long story' }] });
    await server.mustExec(
      `for i in 1 2 3; do (setsid curl -s -m 900 http://${address}:8000/v1/chat/completions -d '${chat}' >/dev/null 2>&1 &); done; sleep 1`,
    );
    const run = await runRunbook(core, server, 'gpu-memory-high', stack, { 'page.level': { value: 'service degraded' }, which: { value: 'vllm-analytics' } });
    expect(run.details.pressure).toBe('short of memory: vllm-analytics');
    expect(run.ended).toMatchObject({ memory: 'finding', pressure: 'finding', stop: 'done' });
    expect(await server.mustExec("docker inspect -f '{{.State.Status}}' gpu-vllm-analytics-1")).toBe('exited');
    await server.mustExec('docker start gpu-vllm-analytics-1');
  }, 180_000);

  test('scaling triggers: a busy card is told, and what was decided written down', async () => {
    await server.setGpuState({ gpus: [{ ...l4, utilizationPercent: 97 }] });
    const run = await runRunbook(core, server, 'scaling-response', { ...stack, processorPercent: '100', memoryPercent: '100' });
    expect(run.details.cards).toBe('the busiest card is at 97 %: add GPU nodes');
    expect(run.ended).toMatchObject({
      processor: 'satisfied',
      memory: 'satisfied',
      latency: 'satisfied',
      errors: 'satisfied',
      queue: 'satisfied',
      decide: 'done',
    });
    await server.setGpuState({ gpus: [l4] });
  }, 120_000);

  test('triage names the runbook that fits', async () => {
    await server.setGpuState({ mode: 'noDevices', gpus: [l4] });
    const run = await runRunbook(core, server, 'triage', {});
    expect(run.details.cards).toContain('runbooks gpu-not-detected');
    expect(run.ended).toMatchObject({ cards: 'finding', next: 'done' });
    await server.setGpuState({ gpus: [l4] });
  }, 120_000);

  test('no time service: started; a clock that is far off: set, by a stand-in for chronyc', async () => {
    const chronyc = (offS: string) => `#!/bin/sh
      case "$*" in *makestep*) touch /run/stepped; echo '200 OK' ;; *burst*) echo '200 OK' ;;
      *) off=${offS}; if [ -e /run/stepped ]; then off=0.000012; fi
        printf 'Reference ID    : 7F7F0101 ()\\nStratum         : 3\\nSystem time     : %s seconds slow of NTP time\\nLeap status     : Normal\\n' "$off" ;; esac`;
    await lay('/usr/local/bin/chronyc', chronyc('0.000400'));
    await expectNothing(core, server, 'clock-skew', {});
    await server.mustExec('systemctl stop chrony');
    const stopped = await runRunbook(core, server, 'clock-skew', {}, { ask: { value: 'start it and let the clock drift right' } });
    expect(stopped.ended).toMatchObject({ keeper: 'finding', start: 'done', after: 'satisfied' });
    expect(await server.mustExec('systemctl is-active chrony')).toBe('active');
    await lay('/usr/local/bin/chronyc', chronyc('93.400000'));
    const skewed = await runRunbook(core, server, 'clock-skew', {}, { ask: { value: 'start it and set the clock at once' } });
    expect(skewed.details.offset).toBe('the clock is 93400 ms off');
    expect(skewed.ended).toMatchObject({ keeper: 'satisfied', offset: 'finding', jump: 'done', after: 'satisfied' });
    expect(skewed.details.after).toBe('the clock is 0 ms off by chrony');
  }, 180_000);
});
