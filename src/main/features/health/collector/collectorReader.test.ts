import { describe, expect, it } from 'vitest';
import { collectorHeader } from './collectorFrame.ts';
import { CollectorReader } from './collectorReader.ts';
import { collectorBytes, lookText, readCorpus, readingOf } from './testFrames.ts';

/** A reader that has begun, and takes one look after the other. */
function reading() {
  const reader = new CollectorReader();
  reader.push(collectorBytes(), 0);
  const take = (...[source, text, options]: Parameters<typeof lookText>) => reader.push(Buffer.from(lookText(source, text, options)), 1000)[0];
  return { reader, take };
}
const host = (cpu: string) => `c ${cpu}\nu 0\n`;
const gpus = readCorpus('nvidia-smi-470.256.02-3x-rtx-3080.csv');
const lost = gpus.split('\n').slice(0, 2).join('\n');

describe('the reader of one server', () => {
  it('counts from nothing after a boot', () => {
    const { take } = reading();
    take('h', host('100 0 0 100'), { uptimeS: 5000 });
    expect(readingOf(take('h', host('150 0 0 150'), { uptimeS: 5005 })?.readings ?? [], '', 'cpuUsedRatio')).toBe(0.5);
    const rebooted = take('h', host('170 0 0 1500'), { uptimeS: 40 })?.readings ?? [];
    expect(readingOf(rebooted, '', 'cpuUsedRatio')).toBeUndefined();
    expect(readingOf(rebooted, '', 'uptimeSeconds')).toBe(40);
    expect(readingOf(take('h', host('180 0 0 1530'), { uptimeS: 45 })?.readings ?? [], '', 'cpuUsedRatio')).toBe(0.25);
  });

  it('goes on over another channel, and drops what the one before left unfinished', () => {
    const { reader, take } = reading();
    take('h', host('100 0 0 100'), { uptimeS: 5000 });
    reader.push(Buffer.from('h( 2 5005.00 1763712005\nh c 1'), 0);
    reader.reopened();
    expect(take('h', host('1 1 1 1'), { uptimeS: 5006 })).toBeUndefined();
    reader.push(Buffer.from(`Last login: today\n${collectorHeader}\n`), 0);
    expect(readingOf(take('h', host('150 0 0 250'), { uptimeS: 5010 })?.readings ?? [], '', 'cpuUsedRatio')).toBe(0.25);
  });

  it('counts a torn look', () => {
    const { reader } = reading();
    reader.push(Buffer.from('h( 2 5005.00 1763712005\nh c 1\nh) 2 7 0\n'), 0);
    reader.reopened();
    expect(reader.skipped).toBe(1);
  });

  it('says that nvidia-smi hangs when its look does not end', () => {
    const { reader, take } = reading();
    reader.push(Buffer.from('g( 1 5000.00 1763712000\n'), 0);
    expect(readingOf(take('h', '', { uptimeS: 5040 })?.readings ?? [], '', 'gpuQueryFailed')).toBeUndefined();
    expect(readingOf(take('h', '', { uptimeS: 5050 })?.readings ?? [], '', 'gpuQueryFailed')).toBe(1);
    take('g', gpus, { uptimeS: 5055 });
    expect(readingOf(take('h', '', { uptimeS: 5110 })?.readings ?? [], '', 'gpuQueryFailed')).toBeUndefined();
  });

  it('tells GPUs that vanish, and that come back', () => {
    const { take } = reading();
    expect(take('g', gpus)?.gpus).toMatchObject({ state: 'ok', vanished: [] });
    expect(take('g', lost)?.gpus).toMatchObject({ state: 'ok', vanished: ['GPU-00001b59-7c4e-4b1d-9a52-000000000003'] });
    expect(take('g', 'Failed to initialize NVML: Unknown Error', { status: 255 })?.gpus).toMatchObject({ state: 'failed', vanished: [] });
    expect(take('g', gpus)?.gpus).toMatchObject({ state: 'ok', vanished: [], complaint: null });
    expect(take('g', '', { status: 124 })?.gpus).toMatchObject({ state: 'slow', complaint: null });
  });

  it('takes each Xid once, of late ones only those of ten minutes', () => {
    const { take } = reading();
    take('g', readCorpus('nvidia-smi-418.226.00-v100-old-fields.csv'));
    const old = '[  100.0] NVRM: Xid (PCI:0000:3b:00): 13, old\n';
    const now = '[ 4990.0] NVRM: Xid (PCI:0000:3b:00): 31, now\n';
    // Stamps of the log fall behind while a machine is suspended.
    const later = '[ 4991.0] NVRM: Xid (PCI:0000:3b:00): 48, later\n';
    const first = take('k', old + now, { uptimeS: 5000 });
    expect(first?.kernelEvents).toMatchObject([
      { code: 13, atUptimeS: 100, bus: '0000:3b:00', gpu: 'GPU-00001771-7c4e-4b1d-9a52-000000000001' },
      { code: 31, atUptimeS: 4990 },
    ]);
    expect(readingOf(first?.readings ?? [], '', 'xidErrorsRecent')).toBe(1);
    expect(take('k', old + now, { uptimeS: 5015 })?.kernelEvents).toEqual([]);
    const third = take('k', now + later, { uptimeS: 5580 });
    expect(third?.kernelEvents).toMatchObject([{ code: 48, atUptimeS: 5580 }]);
    expect(readingOf(third?.readings ?? [], '', 'xidErrorsRecent')).toBe(2);
    expect(readingOf(take('k', now + later, { uptimeS: 5600 })?.readings ?? [], '', 'xidErrorsRecent')).toBe(1);
    expect(readingOf(take('k', now + later, { uptimeS: 6200 })?.readings ?? [], '', 'xidErrorsRecent')).toBe(0);
  });

  it('counts restarts of a container, kills for memory, and its exact figures where the kernel shows them', () => {
    const { take } = reading();
    const text = readCorpus('docker-28.2-containers.txt');
    take('d', text, { uptimeS: 8600 });
    take('k', readCorpus('dmesg-2.38-xid-and-oom.txt'), { uptimeS: 8601 });
    const more = text
      .replace('\t1842\t3\t', '\t1900\t5\t')
      .replace(/^(c \S+) .*$/m, '$1 10000000')
      .replace(/^(n \S+) .*$/m, '$1 2097152 2097152')
      .replace('wbytes=8192', 'wbytes=40960');
    const look = take('d', more, { uptimeS: 8610 })?.readings ?? [];
    const of = (metric: string) => readingOf(look, 'container:ph-chat-api-1', metric);
    expect([of('containerRestarts'), of('containerRestartsRecent'), of('oomKillsRecent')]).toEqual([5, 2, 1]);
    expect([of('containerCpuCores'), of('containerReceivedBytesPerSecond'), of('containerSentBytesPerSecond')]).toEqual([0.5, 104_857.6, 0]);
    expect([of('containerReadBytesPerSecond'), of('containerWrittenBytesPerSecond')]).toEqual([0, 3276.8]);
  });

  it('counts processes killed for memory from when it looks', () => {
    const { take } = reading();
    const kills = (count: number, uptimeS: number) => readingOf(take('s', `o oom_kill ${count}\n`, { uptimeS })?.readings ?? [], '', 'oomKillsRecent');
    expect([kills(7, 5000), kills(7, 5030), kills(9, 5060), kills(9, 5660), kills(9, 5690)]).toEqual([0, 0, 2, 2, 0]);
  });

  it('adds up what is no card where there are none, without what lies on top of others', () => {
    const { take } = reading();
    const row = (name: string, kind: string, bytes: number) => `n ${name} ${kind} ${bytes}${' 0'.repeat(15)}\n`;
    const rows = (kind: string, bytes: number) =>
      row('eth0', kind, bytes) + row('bond0', 'other', bytes) + row('eth0.7', 'other', bytes) + row('enp7', 'other', bytes);
    take('h', rows('other', 0), { uptimeS: 100 });
    const sum = take('h', rows('other', 500), { uptimeS: 105 })?.readings ?? [];
    expect([readingOf(sum, '', 'receivedBytesPerSecond'), readingOf(sum, 'nic:bond0', 'receivedBytesPerSecond')]).toEqual([200, 100]);
    expect(readingOf(take('h', rows('card', 1000), { uptimeS: 110 })?.readings ?? [], '', 'receivedBytesPerSecond')).toBe(100);
  });

  it('says with which status a source ended', () => {
    const { take } = reading();
    expect(take('k', '', { status: 1 })).toMatchObject({ source: 'k', status: 1, readings: [], kernelEvents: [] });
  });

  it('measures the clock', () => {
    const { reader } = reading();
    expect(reader.skew.question(1000)).toBe('ping t1\n');
    const looks = reader.push(Buffer.from('p( t1 50.00 91.200000000\np( t7 50.00 91.200000000\n'), 1400);
    expect(looks.map(({ source }) => source)).toEqual(['clock']);
    expect(readingOf(looks[0]?.readings ?? [], '', 'clockSkewSeconds')).toBeCloseTo(89.8, 2);
    expect(readingOf(looks[0]?.readings ?? [], '', 'clockAheadSeconds')).toBeCloseTo(90, 2);
  });
});
