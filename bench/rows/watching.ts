import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HistoryPiece } from '../../src/shared/model/healthHistory.ts';
import type { Hosts } from '../hosts.ts';
import { startLightServers } from '../lightServers.ts';
import { type BenchCore, openCore, requestId } from '../openCore.ts';
import { cpuSeconds, family, usedSeconds, writtenBytes } from '../processUse.ts';
import type { Row } from '../row.ts';

/** How long and of how many the figures are read. */
export interface WatchingOptions {
  minutes: number;
  /** Stand-ins, beside the real servers. */
  light: number;
}

const intervalS = 5;
/** Facts are read when a server is first reached, and a file is written when enough has come: neither is part of the pace. */
const settleMs = 30_000;
/** How long the event loop is looked at, after the rest: to look costs processor time. */
const loopMs = 30_000;

/** Values that are kept of a server of a time, all series together. */
async function valuesKept(core: BenchCore, name: string, fromMs: number, toMs: number): Promise<number> {
  const { servers } = await core.client.health.series({ selector: name });
  const metrics = [...new Set((servers[0]?.series ?? []).map(({ metric }) => metric))];
  let values = 0;
  for (let from = 0; from < metrics.length; from += 20) {
    const series = metrics.slice(from, from + 20).map((metric) => ({ metric }));
    let streamId = '';
    for await (const frame of await core.client.health.history({ selector: name, series, fromMs, toMs: Math.round(toMs), maxPoints: 20_000 })) {
      if (frame.type === 'open') streamId = frame.streamId;
      if (frame.type !== 'items') continue;
      values += frame.items.reduce((sum, { atMs }: HistoryPiece) => sum + atMs.length, 0);
      void core.client.system.ack({ streamId: streamId as never, cost: frame.cost }).catch(() => undefined);
    }
  }
  return values;
}

async function allLive(core: BenchCore, count: number): Promise<void> {
  const live = new Set<string>();
  let streamId = '';
  for await (const frame of await core.client.health.watch({ selector: 'all', intervalS: 60, metrics: ['cpuCount'] })) {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      continue;
    }
    void core.client.system.ack({ streamId: streamId as never, cost: frame.cost }).catch(() => undefined);
    for (const part of frame.type === 'snapshot' ? frame.items : frame.upsert) if (part.kind === 'server' && part.state === 'live') live.add(part.serverId);
    if (live.size === count) return;
  }
}

/** What it costs to read live figures of many servers in the background, for minutes: here, there, and on the disk. */
export async function watchingRows(hosts: Hosts, { minutes, light }: WatchingOptions): Promise<Row[]> {
  const stand = await startLightServers();
  const { user, keyPath } = hosts.sshd;
  const standIns = Array.from({ length: light }, (_, index) => ({
    address: `127.0.${40 + Math.floor(index / 250)}.${(index % 250) + 1}`,
    sshd: { port: stand.port, hostKey: stand.hostKey, user, keyPath },
  }));
  const real = hosts.all.length;
  const all = real + light;
  const core = await openCore({ all: [...hosts.all, ...standIns] }, all, { watches: true });
  try {
    const changes = { healthIntervalS: { production: intervalS, staging: intervalS, development: intervalS } };
    await core.client.settings.change({ requestId: requestId(), changes });
    await allLive(core, all);
    await delay(settleMs);
    const corePid = core.process.pid ?? 0;
    const sshdPids = hosts.sshds.map(({ directory }) => Number(readFileSync(`${directory}/pid`, 'utf8')));
    const servers = () => usedSeconds(sshdPids.flatMap(family));
    const looksBefore = await stand.looks();
    const from = {
      core: cpuSeconds(corePid),
      servers: servers(),
      standIn: cpuSeconds(stand.pid),
      bytes: writtenBytes(corePid),
      at: performance.now(),
      ms: Date.now(),
    };
    await delay(minutes * 60_000);
    const seconds = (performance.now() - from.at) / 1000;
    const part = (usedS: number) => (usedS / seconds) * 100;
    const ours = part(cpuSeconds(corePid) - from.core);
    const theirs = part(servers() - from.servers) / Math.max(1, real);
    const standIn = part(cpuSeconds(stand.pid) - from.standIn);
    const bytes = writtenBytes(corePid) - from.bytes;
    const looks = (await stand.looks()) - looksBefore;
    await core.loop();
    await delay(loopMs);
    const { p99Ms, maxMs } = await core.loop();
    const memory = await core.memory();
    const kibEach = (memory.heldBytes - core.empty.heldBytes) / 1024 / all;
    const expected = (seconds / intervalS) * light;
    const ofLight = light === 0 ? 0 : await valuesKept(core, `host-${real}`, from.ms, from.ms + seconds * 1000);
    const ofReal = real === 0 ? 0 : await valuesKept(core, 'host-0', from.ms, from.ms + seconds * 1000);
    const values = ofLight * light + ofReal * real;
    const common = { anchor: '–', theirs: '' };
    const about = `${Math.round(seconds)} s in the background, nobody watches; ${real} real sshds with the real collector, ${light} stand-ins in one process that speak SSH and print recorded frames (${Math.round((looks / Math.max(1, expected)) * 100)} % of the looks that were due; it used ${standIn.toFixed(0)} % of a core)`;
    return [
      {
        ...{
          ...common,
          id: 'watching',
          what: `live figures of ${all} servers every ${intervalS} s, here`,
          ours: `${ours.toFixed(1)} % of a core`,
          value: ours,
        },
        ...{ target: { is: 'at most', value: 5, unit: ' %' }, about },
      },
      {
        ...{ ...common, id: 'watching-server', what: 'the same, on a server', ours: `${theirs.toFixed(2)} % of a core`, value: theirs },
        ...{ target: { is: 'at most', value: 0.5, unit: ' %' }, about: 'processor time of sshd and all below it, of the real servers alone, divided by them' },
      },
      {
        ...{ ...common, id: 'watching-memory', what: 'the same, memory for a server', ours: `${kibEach.toFixed(0)} KiB`, value: kibEach },
        ...{
          target: { is: 'at most', value: 200, unit: ' KiB' },
          about: `what the main thread holds more than without a server, after its garbage was collected; the process has ${(core.empty.residentBytes / 2 ** 20).toFixed(0)} MiB without a server and ${(memory.residentBytes / 2 ** 20).toFixed(0)} MiB now; the target is that of a connection alone`,
        },
      },
      {
        ...{ ...common, id: 'watching-loop', what: 'the same, delay of the event loop p99', ours: `${p99Ms.toFixed(1)} ms`, value: p99Ms },
        ...{
          target: { is: 'at most', value: 100, unit: ' ms' },
          about: `longest ${maxMs.toFixed(0)} ms, in the ${loopMs / 1000} s that followed; the target is that of connecting 200`,
        },
      },
      {
        ...{
          ...common,
          id: 'watching-bytes',
          what: 'the same, bytes written for a sample',
          ours: `${(bytes / Math.max(1, values)).toFixed(0)} B`,
          value: bytes / Math.max(1, values),
        },
        ...{
          target: { is: 'at most', value: 150, unit: ' B' },
          about: `${(bytes / 2 ** 20).toFixed(1)} MiB that the core had written to the disk, its log and all else included, for ${values} values: ${ofLight} of a stand-in, ${ofReal} of a real server`,
        },
      },
    ];
  } finally {
    await core.close();
    await stand.stop();
  }
}
