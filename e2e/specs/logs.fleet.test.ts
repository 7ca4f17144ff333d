// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables are what is written here

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectChoiceSchema } from '../../src/shared/contract/projects.ts';
import { logWantSchema } from '../../src/shared/model/log.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { LogReader, type LogsCore, openLogsCore } from './logsCore.ts';

const total = 200_000;
const perContainer = Math.ceil(total / 3);

/** Counts on where an earlier run or container of the service stopped, and never in the middle of a number. The last thousand wait for `/data/last`. */
const counter = `stop=
trap 'stop=1' TERM
n=$(cat /data/$WHO 2>/dev/null || echo 0)
while [ $n -lt $END ] && [ -z "$stop" ]; do
  [ $n -lt $((END - 1000)) ] || [ -e /data/last ] || { sleep 0.1; continue; }
  i=0
  while [ $i -lt 100 ]; do i=$((i+1)); [ $n -lt $END ] || break; n=$((n+1)); echo "$WHO $n abcdefghijklmnopqrstuvwxyz"; done
  sleep 0.1
done
echo $n >/data/$WHO
while [ -z "$stop" ]; do sleep 0.1; done`;

const clock = (entry: { atMs: number; key: string } | undefined) =>
  `${new Date(entry?.atMs ?? 0).toISOString().slice(14, 23)} in ${entry?.key.slice(-64, -58)}`;

const service = (name: string) => `  ${name}:
    image: busybox:1.36
    environment: { WHO: ${name}, END: '${perContainer}', GENERATION: '\${GENERATION}' }
    volumes: ['counted:/data']
    logging: { driver: json-file, options: { max-size: 1m, max-file: '6' } }
    command: [sh, /counter.sh]
    configs: [{ source: counter, target: /counter.sh }]
`;
const compose = (names: readonly string[]) =>
  `services:\n${names.map(service).join('')}volumes: { counted: {} }\nconfigs: { counter: { file: ./counter.sh } }\n`;

describe.skipIf(fleetObstacle())('logs that never lose a line', () => {
  let fleet: Fleet;
  let servers: FleetServer[] = [];
  let directory = '';
  let core: LogsCore;
  const [pairName, soloName] = ['logs-pair', 'logs-solo'];
  const request = (id: string) => ({ requestId: newRequest(), id, selector: id === 'pair' ? pairName : soloName });
  /** A registry that a busy machine answers late for is asked again: that is not what is told apart here. */
  const deploy = async (id: string, generation: number, tries = 3): Promise<void> => {
    const started = await core.stacks.deploy({ ...request(id), parameters: { GENERATION: String(generation) }, secrets: {} } as never);
    const ended = await core.operations.finished(started.id);
    const errors = ended.cells.flatMap((cell) => cell.error ?? []);
    if (tries > 1 && errors.some(({ code }) => code === 'stack.pull-failed')) return deploy(id, generation, tries - 1);
    expect(errors).toEqual([]);
  };
  const server = (name: string) => {
    const found = servers.find((each) => each.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  beforeAll(async () => {
    fleet = await ensureFleet();
    servers = await Promise.all([pairName, soloName].map((name) => fleet.startServer({ kind: 'prov', name })));
    for (const each of servers) await each.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'logs-'));
    core = await openLogsCore(join(directory, 'data'), servers);
    for (const [id, names] of [
      ['pair', ['alpha', 'beta']],
      ['solo', ['gamma']],
    ] as const) {
      await mkdir(join(directory, id), { recursive: true });
      await writeFile(join(directory, id, 'compose.yaml'), compose(names));
      await writeFile(join(directory, id, 'counter.sh'), counter);
      await writeFile(join(directory, id, '.env'), 'GENERATION=1\n');
      await core.projects.add({ id, source: { kind: 'folder', path: join(directory, id) }, choice: projectChoiceSchema.parse({}) });
    }
  }, 240_000);
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  // Once only: the containers have counted to their end then.
  test('200,000 numbered lines of three containers on two servers come once each and in order', { timeout: 600_000, retry: 0 }, async () => {
    const reader = new LogReader(core, {
      ...{ selector: `${pairName},${soloName}`, tail: 1_000_000, follow: true },
      want: logWantSchema.parse({ stacks: ['pair', 'solo'] }),
    });
    await Promise.all([deploy('pair', 1), deploy('solo', 1)]);
    const beganMs = performance.now();
    reader.start();
    let restarts = 0;
    let resumed = 0;
    const restart = async (name: string, container: string) => {
      await server(name).mustExec(`docker restart ${container}`);
      restarts += 1;
    };
    const disturb = async () => {
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(servers.map((each) => each.cut()));
        if (round === 2) await Promise.all([restart(pairName, 'ph-pair-alpha-1'), restart(soloName, 'ph-solo-gamma-1')]);
        const lost = servers.map(({ name }) => reader.states.filter((state) => state === `${name} reconnecting`).length);
        await reader.until(() =>
          servers.every(({ name }, index) => reader.states.filter((state) => state === `${name} reconnecting`).length > (lost[index] ?? 0)),
        );
        await Promise.all(servers.map((each) => each.uncut()));
        const lives = servers.map(({ name }) => reader.states.filter((state) => state === `${name} live`).length);
        await reader.until(() => servers.every(({ name }, index) => reader.states.filter((state) => state === `${name} live`).length > (lives[index] ?? 0)));
        if (round === 4) await deploy('pair', 2);
        if (round === 6) await Promise.all([restart(pairName, 'ph-pair-beta-1'), restart(soloName, 'ph-solo-gamma-1')]);
        if (round === 7) await Promise.all([deploy('solo', 2), restart(pairName, 'ph-pair-alpha-1')]);
        if (round % 4 === 3) {
          await reader.leave();
          resumed += 1;
          await delay(500);
          reader.start();
          await reader.until(() =>
            servers.every(({ name }) => reader.states.at(-1) === `${name} live` || reader.states.filter((state) => state === `${name} live`).length > 0),
          );
        }
      }
    };
    await disturb();
    await server(pairName).mustExec('docker exec ph-pair-alpha-1 touch /data/last');
    await server(soloName).mustExec('docker exec ph-solo-gamma-1 touch /data/last');
    const numbers = () => reader.entries.length;
    let seen = -1;
    await reader.until(() => {
      if (numbers() !== seen) seen = numbers();
      return reader.entries.filter((entry) => entry.gap !== true).length >= perContainer * 3;
    });
    await reader.leave();

    for (const name of ['alpha', 'beta', 'gamma']) {
      const got = reader.entries.filter(({ text, gap }) => gap !== true && text.startsWith(`${name} `));
      // Where a number does not follow the one before, from which container to which.
      const breaks = got.flatMap((entry, index) => {
        const [before, is] = [got[index - 1], Number(entry.text.split(' ')[1])];
        const was = before === undefined ? 0 : Number(before.text.split(' ')[1]);
        return is === was + 1 ? [] : [`${was} at ${clock(before)} then ${is} at ${clock(entry)}`];
      });
      expect([name, got.length, breaks]).toEqual([name, perContainer, []]);
    }
    const gaps = reader.entries.filter(({ gap }) => gap === true);
    expect(gaps).toEqual([]);
    const reconnects = reader.states.filter((state) => state.endsWith(' reconnecting')).length;
    expect(reconnects).toBeGreaterThanOrEqual(20);
    const containers = new Set(reader.entries.map(({ key }) => key));
    const rotated = await Promise.all(
      servers.map((each) => each.mustExec('ls /var/lib/docker/containers/*/*-json.log.* /var/lib/pilothouse/logs/*/*/0* 2>/dev/null | wc -l')),
    );
    console.log(
      `lines ${reader.entries.length} of ${perContainer * 3}, reconnects ${reconnects}, client resumed ${resumed} times, restarts ${restarts}, ` +
        `containers ${containers.size} (2 recreations of projects), rotated files still there ${rotated.join(' + ')}, gaps ${gaps.length}, ${Math.round((performance.now() - beganMs) / 1000)} s`,
    );
    expect(restarts).toBe(5);
    expect(containers.size).toBe(6);
  });

  test('what was made anew can be read after, and the sources say so', { timeout: 60_000 }, async () => {
    const { sources, failures } = await core.logs.sources({ selector: `${pairName},${soloName}`, stacks: ['pair', 'solo'] });
    expect(failures).toEqual([]);
    const containers = sources.filter(({ kind }) => kind === 'container').map(({ name, state }) => `${name} ${state}`);
    expect(containers.sort()).toEqual(['alpha live', 'alpha saved', 'beta live', 'beta saved', 'gamma live', 'gamma saved']);
    const reader = new LogReader(core, { selector: soloName, want: logWantSchema.parse({ stacks: ['solo'] }), tail: 1_000_000, follow: false });
    reader.start();
    const last = () => reader.entries.at(-1)?.text.split(' ')[1];
    await reader.until(() => last() === String(perContainer));
    await reader.leave();
    const first = Number(reader.entries[0]?.text.split(' ')[1]);
    expect(reader.entries.map(({ text }) => Number(text.split(' ')[1]))).toEqual(Array.from({ length: perContainer - first + 1 }, (_, index) => first + index));
    console.log(`read after the recreation: ${reader.entries.length} lines in order, from number ${first} on, of ${reader.sources.size} containers`);
  });

  test('the journal and what only docker logs can show come once each too, through lost connections and a restart', { timeout: 90_000 }, async () => {
    const solo = server(soloName);
    const loop = 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "tick $i"; [ $((i % 50)) -ne 0 ] || sleep 0.1; done';
    await solo.mustExec(`systemd-run --quiet --unit ticking sh -c '${loop.replaceAll('$', '$$')}'
      docker run -d --name local --log-driver local busybox:1.36 sh -c '${loop}; sleep 600'
      docker run -d --name journal --log-driver journald busybox:1.36 sh -c '${loop}; sleep 600'`);
    const want = logWantSchema.parse({ containers: ['local', 'journal'], units: ['ticking.service'] });
    const reader = new LogReader(core, { selector: soloName, want, tail: 100_000, follow: true });
    reader.start();
    const got = (name: string) => {
      const [source] = [...reader.sources.values()].filter((each) => each.name === name);
      return reader.entries.filter(({ key }) => key === source?.key).flatMap(({ text, gap }) => (gap === true ? ['gap'] : (/tick \d+/.exec(text)?.[0] ?? [])));
    };
    for (let cut = 1; cut <= 3; cut += 1) {
      await reader.until(() => got('local').length > cut * 400);
      const before = reader.states.length;
      const since = (state: string) => reader.states.slice(before).includes(`${soloName} ${state}`);
      await solo.cut();
      await reader.until(() => since('reconnecting'));
      await solo.uncut();
      await reader.until(() => since('live'));
    }
    const ticks = Array.from({ length: 3000 }, (_, index) => `tick ${index + 1}`);
    await reader.until(() => ['local', 'journal', 'ticking.service'].every((name) => got(name).length >= 3000));
    await solo.mustExec('docker restart -t 0 local');
    await reader.until(() => got('local').length >= 6000);
    await reader.leave();
    await solo.mustExec('docker rm -f local journal');
    expect(got('ticking.service')).toEqual(ticks);
    expect(got('journal')).toEqual(ticks);
    expect(got('local')).toEqual([...ticks, ...ticks]);
    console.log(
      `unit 3000, container of the journal's driver 3000, of the local driver 6000 with a restart, ${reader.states.filter((state) => state.endsWith('reconnecting')).length} reconnects`,
    );
  });

  test('a gap is marked where the server no longer holds the lines, and only there', { timeout: 60_000 }, async () => {
    const solo = server(soloName);
    const script =
      'i=0; while [ ! -e /go ]; do i=$((i+1)); echo before $i; sleep 0.1; done; j=0; while [ $j -lt 3000 ]; do j=$((j+1)); echo flood $j; done; while true; do sleep 0.2; echo after; done';
    await solo.mustExec(`docker run -d --name flood --log-opt max-size=20k --log-opt max-file=2 busybox:1.36 sh -c '${script}'`);
    const reader = new LogReader(core, { selector: soloName, want: logWantSchema.parse({ containers: ['flood'] }), tail: 100, follow: true });
    reader.start();
    await reader.until(() => reader.entries.length > 3);
    await solo.cut();
    await reader.until(() => reader.states.includes(`${soloName} reconnecting`));
    await solo.mustExec('docker exec flood touch /go; until docker logs --tail 1 flood | grep -q after; do sleep 0.1; done');
    await solo.uncut();
    await reader.until(() => reader.entries.some(({ text }) => text === 'after'));
    await reader.leave();
    await solo.mustExec('docker rm -f flood');
    const marks = reader.entries.flatMap((entry, index) => (entry.gap === true ? [index] : []));
    expect(marks).toHaveLength(1);
    const [mark = 0] = marks;
    expect(reader.entries.slice(0, mark).every(({ text }) => text.startsWith('before '))).toBe(true);
    const after = reader.entries
      .slice(mark + 1)
      .filter(({ text }) => text.startsWith('flood '))
      .map(({ text }) => Number(text.split(' ')[1]));
    const from = after[0] ?? 0;
    expect(after).toEqual(Array.from({ length: 3000 - from + 1 }, (_, index) => from + index));
    console.log(`gap: "${reader.entries[mark]?.text}" between "${reader.entries[mark - 1]?.text}" and "${reader.entries[mark + 1]?.text}"`);
  });
});
