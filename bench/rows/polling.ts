import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Hosts } from '../hosts.ts';
import { openCore } from '../openCore.ts';
import { cpuSeconds, family, usedSeconds } from '../processUse.ts';
import type { Row } from '../row.ts';

/** What it costs to read the figures of all hosts every five seconds, here and there. */
export async function pollingRows(hosts: Hosts, watchSeconds: number): Promise<Row[]> {
  const all = hosts.all.length;
  const core = await openCore(hosts, all);
  try {
    const leave = new AbortController();
    const live = new Set<ServerId>();
    const stream = await core.client.servers.watch({}, { signal: leave.signal });
    let everyone: () => void = () => undefined;
    const allLive = new Promise<void>((resolve) => {
      everyone = resolve;
    });
    const following = (async () => {
      let streamId = '';
      for await (const frame of stream) {
        if (frame.type === 'open') {
          streamId = frame.streamId;
          continue;
        }
        void core.client.system.ack({ streamId: streamId as never, cost: frame.cost }).catch(() => undefined);
        for (const row of frame.type === 'snapshot' ? frame.items : frame.upsert) if (row.vitals !== null) live.add(row.server.id);
        for (const { key, fields } of frame.type === 'patch' ? frame.changed : []) if (fields.vitals) live.add(key as ServerId);
        if (live.size === all) everyone();
      }
    })().catch(() => undefined);
    await allLive;
    // Facts are read when a server is first reached; that is no polling.
    await delay(15_000);
    const corePid = core.process.pid ?? 0;
    const sshdPids = hosts.sshds.map(({ directory }) => Number(readFileSync(`${directory}/pid`, 'utf8')));
    const servers = () => usedSeconds(sshdPids.flatMap(family));
    const from = { core: cpuSeconds(corePid), servers: servers(), at: performance.now() };
    await delay(watchSeconds * 1000);
    const seconds = (performance.now() - from.at) / 1000;
    const ours = ((cpuSeconds(corePid) - from.core) / seconds) * 100;
    const theirs = ((servers() - from.servers) / seconds / all) * 100;
    leave.abort();
    await following;
    // The core is told that nobody reads any more; then it may be left.
    await core.client.system.hello({});
    const about = `${Math.round(seconds)} s with a window that watches, every server read each 5 s over a channel that stays`;
    return [
      {
        ...{ id: 'polling', what: `polling ${all} servers every 5 s, here`, anchor: '–', ours: `${ours.toFixed(1)} % of a core`, theirs: '', value: ours },
        ...{ target: { is: 'at most', value: 5, unit: ' %' }, about },
      },
      {
        ...{ id: 'polling-server', what: 'the same, on a server', anchor: '–', ours: `${theirs.toFixed(2)} % of a core`, theirs: '', value: theirs },
        ...{
          target: { is: 'at most', value: 0.5, unit: ' %' },
          about: 'processor time of sshd and all below it, divided by the servers; counted in ticks of 10 ms, which processes as short as these mostly escape',
        },
      },
    ];
  } finally {
    await core.close();
  }
}
