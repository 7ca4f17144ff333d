import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openTestRemote } from '../../src/main/remote/testRemote.ts';
import type { HostKey } from '../../src/shared/model/server.ts';
import type { Hosts } from '../hosts.ts';
import { inTurns, median, ratioOf, run } from '../measure.ts';
import type { Row } from '../row.ts';

const ms = (figures: readonly number[]) => `${median(figures).toFixed(1)} ms`;

/** A connection from nothing with one command, and a command over a connection that is there. */
export async function connectionRows(hosts: Hosts, rounds: number): Promise<Row[]> {
  const { sshd, sshOptions } = hosts;
  const target = sshd.target();
  const login = ['127.0.0.1'];
  const cold = await inTurns(rounds, {
    ours: async () => {
      const test = openTestRemote([target]);
      await test.server(target).exec({ script: 'true', timeoutMs: 30_000 });
      await test.remote.close();
    },
    ssh: () => run('ssh', [...sshOptions, ...login, 'true']),
  });

  const warm = openTestRemote([target]);
  const times = await inTurns(rounds * 4, {
    ours: () => warm.server(target).exec({ script: 'true', timeoutMs: 30_000 }),
    ssh: () => run('ssh', [...hosts.masterOptions, ...login, 'true']),
  });
  await run('ssh', [...hosts.masterOptions, '-O', 'exit', ...login]).catch(() => '');
  await warm.remote.close();
  return [
    {
      ...{ id: 'cold', what: 'cold connect and `true`', anchor: '`ssh host true`', ours: ms(cold.ours), theirs: ms(cold.ssh) },
      ...{
        value: ratioOf(cold.ours, cold.ssh),
        target: { is: 'at most', value: 0.4, unit: '' },
        about: 'a new connection with login each time; ours in a process that runs',
      },
    },
    {
      ...{ id: 'warm', what: 'warm exec round trip', anchor: '`ssh` over ControlMaster', ours: ms(times.ours), theirs: ms(times.ssh) },
      ...{
        value: ratioOf(times.ours, times.ssh),
        target: { is: 'at most', value: 0.5, unit: '' },
        about: 'one command after the other over a connection that is there',
      },
    },
  ];
}

/** The hosts to connect to; the first of them beforehand. */
export type ConnectOrder = { host: string; port: number; user: string; keyPath: string; hostKey: HostKey }[];

/** What a process of its own finds while it connects to all hosts. */
export interface ConnectFigures {
  connectedMs: number;
  loopP99Ms: number;
  loopMaxMs: number;
  rssBytes: number;
  heapBytes: number;
}

/** Memory and event-loop delay of connections to all hosts, in a process that does nothing else. */
export async function crowdRows(hosts: Hosts, rounds: number): Promise<Row[]> {
  const figures: ConnectFigures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const child = fork(join(import.meta.dirname, '..', 'connectAll.ts'), { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const order: ConnectOrder = [{ address: '127.0.0.1', sshd: hosts.sshd }, ...hosts.all].map(({ address: host, sshd: { port, user, keyPath, hostKey } }) => ({
      ...{ host, port, user, keyPath, hostKey },
    }));
    child.send(order);
    const [found] = (await once(child, 'message')) as [ConnectFigures];
    figures.push(found);
    await once(child, 'exit');
  }
  const all = hosts.all.length;
  const kb = median(figures.map(({ rssBytes }) => rssBytes / all / 1000));
  const delay = median(figures.map(({ loopP99Ms }) => loopP99Ms));
  const took = median(figures.map(({ connectedMs }) => connectedMs));
  const max = median(figures.map(({ loopMaxMs }) => loopMaxMs));
  const heap = median(figures.map(({ heapBytes }) => heapBytes / all / 1000));
  return [
    {
      ...{ id: 'memory', what: 'memory per connected server', anchor: '–', ours: `${kb.toFixed(0)} KB`, theirs: '', value: kb },
      ...{
        target: { is: 'at most', value: 200, unit: ' KB' },
        about: `growth of the resident set over ${all} connections, each used once; ${heap.toFixed(0)} KB of it on the heap`,
      },
    },
    {
      ...{ id: 'loop', what: `event-loop delay p99 while connecting ${all}`, anchor: '–', ours: `${delay.toFixed(0)} ms`, theirs: '', value: delay },
      ...{
        target: { is: 'at most', value: 100, unit: ' ms' },
        about: `all at once from nothing, done after ${took.toFixed(0)} ms; longest delay ${max.toFixed(0)} ms`,
      },
    },
  ];
}
