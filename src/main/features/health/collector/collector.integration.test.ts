import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { cpus } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLine, makePayload } from '../../../remote/wire.ts';
import { CollectorReader } from './collectorReader.ts';
import { TestCollector } from './testCollector.ts';
import { readCorpus, readingOf } from './testFrames.ts';

const shells = [
  ['dash', ['dash']],
  ['busybox sh', ['busybox', 'sh']],
  ['bash', ['bash']],
] as const;

/** Numbers of the line of a file of the kernel that begins with a word. */
function kernelNumbers(file: string, word: string): number[] {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.trim().startsWith(word));
  return (line ?? '')
    .replace(word, '')
    .trim()
    .split(/[\s:]+/)
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
}
const cpuTimes = () => kernelNumbers('/proc/stat', 'cpu ');
const meminfo = (name: string) => (kernelNumbers('/proc/meminfo', `${name}:`)[0] ?? Number.NaN) * 1024;
/** Whether each number lies between what it was before and after. */
const between = (before: readonly number[], now: readonly number[], after: readonly number[]) =>
  now.length === before.length && now.every((value, index) => value >= (before[index] ?? 0) && value <= (after[index] ?? 0));
const numbersOf = (line: string | undefined) =>
  (line ?? '')
    .split(/\s+/)
    .filter((text) => /^\d+$/.test(text))
    .map(Number);

describe.each(shells)('the collector under %s', (name, shell) => {
  let collector: TestCollector;
  beforeEach(() => {
    collector = new TestCollector(shell);
    collector.tool('docker', 'exit 1');
    collector.tool('sudo', 'exit 1');
  });
  afterEach(() => collector.remove());

  it('tells the truth of this machine', async () => {
    const before = { cpu: cpuTimes(), drive: readFileSync('/proc/diskstats', 'utf8'), net: readFileSync('/proc/net/dev', 'utf8'), nowMs: Date.now() };
    const uptimeBeforeS = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    collector.start(1);
    const first = await collector.lookAt('h');
    const after = { cpu: cpuTimes(), drive: readFileSync('/proc/diskstats', 'utf8'), net: readFileSync('/proc/net/dev', 'utf8'), nowMs: Date.now() };

    const of = (metric: string) => readingOf(first.readings, '', metric);
    expect(of('memoryTotalBytes')).toBe(meminfo('MemTotal'));
    expect(of('swapTotalBytes')).toBe(meminfo('SwapTotal'));
    expect(of('cpuCount')).toBe(cpus().length);
    expect(of('uptimeSeconds')).toBeGreaterThanOrEqual(uptimeBeforeS);
    expect(first.time.wallMs).toBeGreaterThanOrEqual(before.nowMs - first.time.wallStepMs);
    expect(first.time.wallMs).toBeLessThanOrEqual(after.nowMs);
    // Idle and iowait, columns 4 and 5, may go back a little.
    const solid = (times: readonly number[]) => times.filter((_time, index) => index !== 3 && index !== 4);
    expect(between(solid(before.cpu), solid(numbersOf(collector.lines('h', 'c')[0])), solid(after.cpu))).toBe(true);

    const drives = collector.lines('h', 'd').map((line) => line.split(' ')[1] ?? '');
    expect(drives).toEqual(
      before.drive
        .split('\n')
        .map((line) => line.trim().split(/\s+/)[2] ?? '')
        .filter((name) => name !== '' && !/^(?:loop|ram|zram|dm-|md|sr|fd)/.test(name) && existsSync(`/sys/block/${name}/device`)),
    );
    const row = (text: string, name: string) =>
      numbersOf(
        text
          .split('\n')
          .find((line) =>
            line
              .trim()
              .split(/[\s:]+/)
              .includes(name),
          )
          ?.replace(/^.*?[a-z]\w*:?/, ''),
      );
    for (const line of collector.lines('h', 'd')) {
      const name = line.split(' ')[1] ?? '';
      const [was, is] = [row(before.drive, name), row(after.drive, name)];
      // Reads and writes done, sectors read and written.
      for (const column of [0, 2, 4, 6]) expect(between([was[column] ?? 0], [numbersOf(line)[column] ?? -1], [is[column] ?? 0])).toBe(true);
    }
    for (const line of collector.lines('h', 'n')) {
      const name = line.split(' ')[1] ?? '';
      const counts = (text: string) => numbersOf(new RegExp(`^\\s*${name}:(.*)$`, 'm').exec(text)?.[1]);
      expect(between(counts(before.net), numbersOf(line), counts(after.net))).toBe(true);
    }

    const second = await collector.lookAt('h', 2);
    expect(readingOf(second.readings, '', 'cpuUsedRatio')).toBeGreaterThan(0);
    expect(readingOf(second.readings, '', 'cpuUsedRatio')).toBeLessThanOrEqual(1);
    const slow = await collector.lookAt('s');
    const root = statfsSync('/');
    expect(readingOf(slow.readings, 'disk:/', 'diskTotalBytes')).toBe(Math.floor((root.blocks * root.bsize) / 1024) * 1024);
    expect(readingOf(slow.readings, 'disk:/', 'inodesTotal')).toBe(root.files);
    expect(readingOf(slow.readings, '', 'oomKills')).toBe(kernelNumbers('/proc/vmstat', 'oom_kill ')[0]);
    expect(collector.reader.skipped).toBe(0);
  });

  it('takes another interval, and answers', async () => {
    collector.start(3600);
    await collector.lookAt('h');
    collector.say('interval 0\ninterval x\nnonsense\ninterval 1\n');
    await collector.lookAt('h', 3);
    collector.say('ping $(reboot)\n');
    collector.say(collector.reader.skew.question(Date.now()));
    const { skew } = await collector.lookAt('clock');
    expect(Math.abs(skew?.aheadMs ?? 1e9)).toBeLessThanOrEqual(skew?.uncertainMs ?? 0);
    expect(readingOf((await collector.lookAt('clock')).readings, '', 'clockSkewSeconds')).toBe(0);
  });

  it.each([
    ['closeInput', 3600],
    ['closeOutput', 1],
  ] as const)('ends and leaves nothing behind on %s', async (how, intervalS) => {
    collector.start(intervalS);
    await collector.lookAt('s');
    collector[how]();
    // With its output closed it learns so from the next thing it says; the channel closes both.
    if (how === 'closeOutput') collector.closeInput();
    await collector.ended();
    await expect.poll(() => collector.leftBehind).toBe(false);
  });

  it('goes on while nvidia-smi hangs', async () => {
    collector.tool('nvidia-smi', "trap '' TERM INT HUP\nexec sleep 300");
    collector.start(1);
    await collector.lookAt('h', 4);
    expect(collector.events.filter((event) => event.type === 'began' && event.source === 'g')).toHaveLength(1);
    expect(collector.looks.filter(({ source }) => source === 'g')).toEqual([]);
  });

  it('reads GPUs, who uses them, and the kernel log', async () => {
    const rows = readCorpus('nvidia-smi-550.127.05-4x-a10g.csv').trim();
    collector.tool(
      'nvidia-smi',
      `case "$1" in --query-gpu=*) cat <<'END'\n${rows}\nEND\n;; --query-compute-apps=*) echo 'GPU-000007d1-7c4e-4b1d-9a52-000000000001, 77, 1024, python3' ;; esac`,
    );
    collector.tool('dmesg', `echo '[    1.5] Linux'; echo '[    2.5] NVRM: Xid (PCI:0000:00:1b): 79, pid=1, GPU has fallen off the bus.'`);
    collector.start(1);
    expect((await collector.lookAt('g')).gpus?.state).toBe('ok');
    expect((await collector.lookAt('a')).gpuProcesses).toHaveLength(1);
    const { kernelEvents } = await collector.lookAt('k');
    // busybox takes its own dmesg before any on the PATH.
    if (name !== 'busybox sh') expect(kernelEvents).toMatchObject([{ type: 'xid', code: 79 }]);
    await collector.lookAt('g', 2);
  });

  it('asks an old driver for what it knows', async () => {
    const row = readCorpus('nvidia-smi-418.226.00-v100-old-fields.csv').trim();
    const refusal = `echo 'Field "clocks_throttle_reasons.active" is not a valid field to query.'; exit 2`;
    collector.tool('nvidia-smi', `case "$1" in *throttle*) ${refusal} ;; --query-gpu=*) echo '${row}' ;; esac`);
    collector.start(1);
    expect((await collector.lookAt('g')).gpus).toMatchObject({ state: 'ok', complaint: null });
  });

  it('reads containers, and their network where the kernel shows it', async () => {
    const id = 'ab'.repeat(32);
    const inspect = [id, '/web-1', 'running', process.pid, 2, false, 0, 'healthy', '2025-11-20T09:14:02Z', 'shop', 'web'].join('\\t');
    const stats = [id, '12.50%', '512MiB / 2GiB', '1kB / 1kB', '0B / 0B', 9].join('\\t');
    collector.tool('docker', `case "$1" in ps) echo ${id} ;; inspect) printf '${inspect}\\n' ;; stats) printf '${stats.replaceAll('%', '%%')}\\n' ;; esac`);
    collector.start(1);
    const look = await collector.lookAt('d');
    expect(look.containers).toMatchObject([{ name: 'web-1', status: 'running', health: 'healthy', project: 'shop', service: 'web' }]);
    expect(readingOf(look.readings, 'container:web-1', 'containerCpuCores')).toBe(0.125);
    expect(collector.lines('d', 'n')[0]).toMatch(new RegExp(`^n ${id} \\d+ \\d+$`));
  });
});

it('the collector runs as a script that is sent to a server, and hears what is said after it', async () => {
  const script = readFileSync(new URL('../../../../../resources/health/collector.sh', import.meta.url), 'utf8');
  const payload = makePayload({ script, env: { PH_INTERVAL_S: '3600' }, nonce: '123456789123456789', announce: true });
  const child = spawn('sh', ['-c', commandLine(payload, '123456789123456789')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const reader = new CollectorReader();
  child.stdin.write(payload);
  child.stdin.write('interval 1\n');
  let looks = 0;
  for await (const bytes of child.stdout) {
    looks += reader.push(bytes, Date.now()).filter(({ source }) => source === 'h').length;
    if (looks >= 3) child.stdin.end();
  }
  if (child.exitCode === null) await once(child, 'exit');
  expect(looks).toBeGreaterThanOrEqual(3);
});
